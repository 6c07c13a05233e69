"""fhir.statement: the server's statement is valid for its release."""

from registry.probes.checks.base import Seen, check, failed, passed, remarked, untold
from registry.probes.checks.reading import release_told, unreadable
from registry.probes.rules.documents import Document
from registry.probes.rules.fhir import STATEMENT_TYPES, shape_of
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Point, shorten
from registry.probes.rules.statements import problems


@check(
    id="fhir.statement",
    version=1,
    title="The server describes itself validly",
    rationale=(
        "The statement is how software finds out what a server can do. One that is malformed, "
        "or copied from a specification, misleads every client."
    ),
    reference="HL7 FHIR, CapabilityStatement (DSTU2: Conformance) and its invariants",
    remedy=(
        "Generate the statement from the running server: kind instance, a status, json among "
        "its formats, a REST server with each resource and search parameter once."
    ),
    profiles=FHIR_PROFILES,
    captures=(CaptureName.METADATA,),
)
def judge(seen: Seen) -> Point | list[Point]:
    """Form and required elements, by the release that the statement declares."""
    problem = unreadable(seen, CaptureName.METADATA)
    if problem:
        return problem
    document = seen.exchange(CaptureName.METADATA).document
    statement = document.object
    kind = statement.get("resourceType")
    if kind == "OperationOutcome":
        return untold(
            "The server answered with an OperationOutcome and did not show its statement.",
            expected=" or ".join(STATEMENT_TYPES),
            actual=kind,
            where="/resourceType",
        )
    if kind not in STATEMENT_TYPES:
        return failed(
            "This is not a statement.",
            expected=" or ".join(STATEMENT_TYPES),
            actual=shorten(kind) if kind is not None else "no resourceType",
            where="/resourceType",
        )
    release = release_told(seen, statement)
    found = _fhir_version(statement) + _form(document) + problems(statement, shape_of(release))
    return [*found, passed(f"The statement was judged by the rules of FHIR {release}.")]


def _fhir_version(statement: dict) -> list[Point]:
    version = statement.get("fhirVersion")
    if isinstance(version, str) and version.strip():
        return []
    return [
        failed(
            "The statement does not say which release it is of.",
            expected="text",
            actual="none" if version is None else shorten(version),
            where="/fhirVersion",
        )
    ]


def _form(document: Document) -> list[Point]:
    found = []
    if document.duplicate_names:
        found.append(
            failed(
                "A name stands twice in one object, so two readers may read two things.",
                expected="unique names",
                actual=shorten(", ".join(document.duplicate_names)),
                where="/",
            )
        )
    if document.has_bom:
        found.append(
            remarked(
                "The body starts with a byte order mark, which not every reader ignores.",
                expected="UTF-8 without a byte order mark",
                actual="EF BB BF",
                where="body",
            )
        )
    return found
