"""What machines say of a product: FHIR TestReport (R4) and Inferno's JSON results."""

from registry.evidence.rules.reports import fhir, inferno
from registry.evidence.rules.reports.mapping import Mapped, Spoken, mapped
from registry.evidence.rules.reports.shape import (
    OUTCOMES,
    PASS,
    Report,
    ReportRefused,
    Result,
    Thing,
    parsed,
    printable,
)

__all__ = [
    "OUTCOMES",
    "PASS",
    "Mapped",
    "Report",
    "ReportRefused",
    "Result",
    "Spoken",
    "mapped",
    "read",
]

_NEITHER = (
    "it is neither a FHIR TestReport (an object whose resourceType is “TestReport”) nor Inferno’s "
    "results (a list of results, or an object with “results”)"
)


def read(content: bytes) -> Report:
    """The report in `content`; `ReportRefused` says what is wrong and where."""
    value = parsed(content)
    if isinstance(value, dict) and value.get("resourceType") == "TestReport":
        return fhir.read(Thing(value, "TestReport"))
    if isinstance(value, list) or (isinstance(value, dict) and "results" in value):
        return inferno.read(value)
    if isinstance(value, dict) and "resourceType" in value:
        kind = printable(str(value["resourceType"]))[:60]
        raise ReportRefused(f"{_NEITHER}: its resourceType is {kind}")
    raise ReportRefused(_NEITHER)
