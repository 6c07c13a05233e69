"""fhir.capabilities: the server declares at least what a required statement asks."""

from registry.probes.checks.base import Parameter, Seen, check, failed, passed
from registry.probes.checks.reading import no_statement, release_told
from registry.probes.rules.capabilities import compare, requirement_problem
from registry.probes.rules.fhir import release_of
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Point, Result, shorten


@check(
    id="fhir.capabilities",
    version=1,
    title="The server can do what is required",
    rationale=(
        "Partners build against a published set of resources, searches and operations. A server "
        "that leaves some out works until somebody needs just that."
    ),
    reference="HL7 FHIR, CapabilityStatement of kind requirements; capabilitystatement-expectation",
    remedy=(
        "Implement what is listed as missing, and declare it in the statement at the place "
        "shown. What is only recommended (SHOULD) can wait."
    ),
    profiles=FHIR_PROFILES,
    captures=(CaptureName.METADATA,),
    on_demand=True,
    parameters={
        "required": Parameter(
            dict,
            {},
            "A CapabilityStatement (DSTU2: Conformance) of kind requirements. Empty: none.",
            fits=requirement_problem,
        )
    },
)
def judge(seen: Seen) -> Point | list[Point]:
    """The live statement against the required one, both of one release."""
    problem = no_statement(seen)
    if problem:
        return problem
    required = seen.params["required"]
    if not required:
        return Point(Result.NOT_APPLICABLE, "No criterion says what is required.")
    live = seen.exchange(CaptureName.METADATA).document.object
    return _incomparable(seen, live, required) or [
        *compare(live, required, release_of(required["fhirVersion"])),
        passed("Everything else that is required is declared.", where="/"),
    ]


def _incomparable(seen: Seen, live: dict, required: dict) -> list[Point]:
    if live.get("kind") == "requirements":
        return [failed("This describes a specification, not what a server can do.",
                       expected="instance", actual="requirements", where="/kind")]  # fmt: skip
    asked, release = release_of(required["fhirVersion"]), release_told(seen, live)
    if asked != release:
        return [failed(
            f"The server is of FHIR {release} and the requirement of FHIR {asked}, so they "
            "cannot be compared.",
            expected=f"FHIR {asked}",
            actual=shorten(f"{live.get('fhirVersion')} ({release})"),
            where="/fhirVersion",
        )]  # fmt: skip
    return []
