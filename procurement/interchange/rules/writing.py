"""From values to the one way of writing a line."""

import json
from typing import Any

from procurement.interchange.rules.kinds import REQUIRED, Kind


def line(kind: Kind, values: dict[str, Any]) -> str:
    """One line without its end: fields in the kind's order, those at their default left out.

    Half of a surrogate pair cannot stand in UTF-8 and was refused on the way in.
    """
    said: dict[str, Any] = {"kind": kind.name}
    for each in kind.fields:
        value = values[each.name]
        if each.always or each.default is REQUIRED or value != each.default:
            said[each.name] = each.write(value)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
