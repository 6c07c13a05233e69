"""Bodies read as YAML the careful way: as much of it as says what JSON could say.

YAML 1.2's core schema for scalars, so `yes` is a text and a version without quotes a number.
What JSON cannot say is refused: aliases (from which a few lines make gigabytes), tags, several
documents, names that are no scalars. The parser is libyaml's, which builds nothing: what is
built from its events is counted on the way.
"""

import re
from typing import Any

import yaml

from registry.probes.rules.documents import MAX_DEPTH, Document

# Reading YAML costs forty times what JSON does; published descriptions have a fifth of this.
MAX_BYTES = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Refused(Exception):
    """What is not read, in words."""


def read_yaml(body: bytes) -> Document:
    """Read `body` as YAML (UTF-8). Never raises: what is wrong stands in `error`."""
    has_bom = body.startswith(_BOM)
    if len(body) > MAX_BYTES:
        return Document(error=f"YAML of more than {MAX_BYTES:,} octets", has_bom=has_bom)
    try:
        text = body.removeprefix(_BOM).decode("utf-8")
        builder = _Builder()
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except UnicodeDecodeError:
        return Document(error="not UTF-8", has_bom=has_bom)
    except _Refused as refused:
        return Document(error=str(refused), has_bom=has_bom)
    except yaml.YAMLError as error:
        return Document(error=f"not YAML: {_in_words(error)}", has_bom=has_bom)
    twice = tuple(sorted(builder.twice))
    return Document(builder.value, has_bom=has_bom, duplicate_names=twice)


class _Builder:
    """Puts the values together from the parser's events, none deeper than allowed."""

    def __init__(self) -> None:
        self.value: Any = None
        self.twice: set[str] = set()
        # What is open, outermost first, and the name that waits for a value in each mapping.
        self._open: list[dict | list] = []
        self._names: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """One event of the parser. `_Refused` when JSON could not say it."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _Refused("YAML of more than one document")
            case yaml.AliasEvent():
                raise _Refused("YAML with an alias (*), which we do not follow")
            case yaml.ScalarEvent():
                self._add(_scalar(event))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._names.pop()

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        _refuse_tag(event)
        if self._open and isinstance(self._open[-1], dict) and self._names[-1] is None:
            raise _Refused("YAML with a name that is no text")
        if len(self._open) >= MAX_DEPTH:
            raise _Refused(f"nested deeper than {MAX_DEPTH} levels")
        made = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(made)
        self._open.append(made)
        self._names.append(None)

    def _add(self, value: Any) -> None:
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], list):
            self._open[-1].append(value)
        elif self._names[-1] is None:
            self._names[-1] = _name(value)
        else:
            name, self._names[-1] = self._names[-1], None
            if name in self._open[-1]:
                self.twice.add(name)
            self._open[-1][name] = value


def _name(value: Any) -> str:
    """A name as JSON would have it: `200:` under responses is meant as a text."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else str(value)


def _scalar(event: yaml.ScalarEvent) -> Any:
    _refuse_tag(event)
    if not event.implicit[0]:
        return event.value
    if event.value in _WORDS:
        return _WORDS[event.value]
    if _INT.fullmatch(event.value):
        return int(event.value)
    return float(event.value) if _FLOAT.fullmatch(event.value) else event.value


def _refuse_tag(event: yaml.NodeEvent) -> None:
    if event.tag is not None and event.tag != "!":
        raise _Refused("YAML with a tag (!), which we do not read")


def _in_words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    return f"{getattr(error, 'problem', None) or 'it cannot be read'}{place}"
