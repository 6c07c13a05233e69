"""The canonical form under which a body is stored: equal for bodies that say the same (ADR 0105).

Left out is what servers stamp anew on a request or a restart, and nothing that a check reads.
The order of names in an object and white space between values do not matter; the order of a
list does, since findings name places in it. What is no well-formed JSON is hashed as it is, but
for the tokens that HTML pages carry against forged forms.
"""

import hashlib
import re
from typing import Any

import orjson

from registry.probes.rules.documents import Document
from registry.probes.rules.fhir import STATEMENT_TYPES

# Of a FHIR resource (Resource.id, Resource.meta, DomainResource.text): who generates statements
# stamps all three anew. `date` is left out by its form alone, see `_date`.
_VOLATILE_OF_FHIR = ("id", "meta", "text")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
)
_FHIR_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}.{0,40})?)?)?")
# Attributes that a page is given anew each time: the nonce of a policy, and hidden fields.
_NONCE = re.compile(rb"""(\bnonce=)("[^"<>]{1,200}"|'[^'<>]{1,200}')""", re.IGNORECASE)
_FIELD = re.compile(rb"<(?:input|meta)\b[^<>]{1,4000}>", re.IGNORECASE)
_TOKEN = re.compile(
    rb"csrf|xsrf|authenticity_token|requestverificationtoken|__viewstate", re.IGNORECASE
)
_VALUE = re.compile(
    rb"""(\b(?:value|content)=)("[^"<>]{0,4000}"|'[^'<>]{0,4000}')""", re.IGNORECASE
)


def canonical_hash(body: bytes, document: Document, *, capture: str = "") -> str:
    """SHA-256 (hexadecimal) of the canonical form of `body`, whose reading is `document`."""
    if document.error or document.duplicate_names:
        return hashlib.sha256(_without_tokens(body)).hexdigest()
    value = stable(document.value, capture)
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def stable(value: Any, capture: str = "") -> Any:
    """`value` without what is stamped anew; what is left is shared with it, not copied."""
    if not isinstance(value, dict):
        return value
    if value.get("resourceType") in STATEMENT_TYPES:
        return _stable_statement(value)
    if "resourceType" in value:
        # Such as the OperationOutcome that stands for a statement while a server is down.
        return {name: value[name] for name in value if name not in _VOLATILE_OF_FHIR}
    if capture == "openapi" or "openapi" in value or "swagger" in value:
        return _stable_openapi(value)
    return value


def _stable_statement(value: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value[name] for name in value if name not in _VOLATILE_OF_FHIR}
    if isinstance(date := kept.get("date"), str):
        # Whether it has the form that FHIR asks for is judged, so that is kept.
        kept["date"] = "a date" if _FHIR_DATE.fullmatch(date) else "no date"
    return kept


def _stable_openapi(value: dict[str, Any]) -> dict[str, Any]:
    kept = _without_stamps(value)
    if isinstance(info := value.get("info"), dict):
        kept["info"] = _without_stamps(info)
    return kept


def _without_stamps(members: dict[str, Any]) -> dict[str, Any]:
    """Without extensions (`x-…`) that hold a moment, such as `x-generated-at`."""
    return {
        name: value
        for name, value in members.items()
        if not (name.startswith("x-") and isinstance(value, str) and _MOMENT.fullmatch(value))
    }


def _without_tokens(body: bytes) -> bytes:
    """An HTML page without nonces and tokens; anything else as it is."""
    if b"<html" not in body[:2000].lower():
        return body
    return _FIELD.sub(_blank, _NONCE.sub(rb"\1", body))


def _blank(field: re.Match[bytes]) -> bytes:
    return _VALUE.sub(rb"\1", field[0]) if _TOKEN.search(field[0]) else field[0]
