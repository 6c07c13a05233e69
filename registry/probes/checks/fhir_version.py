"""fhir.version: the server declares a FHIR release that is accepted."""

from registry.probes.checks.base import Parameter, Seen, check, failed, passed
from registry.probes.checks.reading import no_statement
from registry.probes.rules.fhir import ORDER, accepts, release_of
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Point, shorten

_WHERE = "/fhirVersion"


@check(
    id="fhir.version",
    version=1,
    title="The FHIR release is one that is accepted",
    rationale="Releases of FHIR are not interchangeable: partners build against one of them.",
    reference="HL7 FHIR, CapabilityStatement.fhirVersion; hl7.org/fhir/history.html",
    remedy="Serve the accepted release at this address, and declare it in fhirVersion.",
    profiles=FHIR_PROFILES,
    captures=(CaptureName.METADATA,),
    parameters={
        "accepted": Parameter(
            list,
            [],
            "Releases (R4) or versions (4.0.1). Empty: the release of the endpoint's profile.",
        )
    },
)
def judge(seen: Seen) -> Point:
    """The declared `fhirVersion` against the accepted set."""
    problem = no_statement(seen)
    if problem:
        return problem
    statement = seen.exchange(CaptureName.METADATA).document.object
    accepted = seen.params["accepted"] or _of_profile(seen)
    return _declared(statement.get("fhirVersion"), accepted)


def _of_profile(seen: Seen) -> list[str]:
    release = seen.profile.spec.fhir_release
    return [release] if release else list(ORDER)


def _declared(version, accepted: list[str]) -> Point:
    expected = ", ".join(accepted)
    if version is None:
        return failed("No release is declared.", expected=expected, actual="", where=_WHERE)
    actual = shorten(version)
    if not isinstance(version, str):
        return failed(
            "The release is not text.", expected='text such as "4.0.1"', actual=actual, where=_WHERE
        )
    release = release_of(version)
    if not release:
        return failed(
            "The declared version is none of FHIR's.",
            expected=expected,
            actual=actual,
            where=_WHERE,
        )
    shown = f"{actual} ({release})"
    if accepts(accepted, version.strip()):
        return passed(f"FHIR {release} is declared.", expected=expected, actual=shown, where=_WHERE)
    return failed(_compare(release, accepted), expected=expected, actual=shown, where=_WHERE)


def _compare(release: str, accepted: list[str]) -> str:
    """Newer or older than what is accepted, in words."""
    known = [ORDER.index(r) for r in (entry if entry in ORDER else release_of(entry + ".0")
             for entry in accepted) if r]  # fmt: skip
    here = ORDER.index(release)
    if known and here > max(known):
        return f"FHIR {release} is newer than what is accepted here."
    if known and here < min(known):
        return f"FHIR {release} is older than what is accepted here."
    return f"FHIR {release} is not among what is accepted here."
