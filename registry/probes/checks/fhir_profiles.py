"""fhir.profiles: the server declares the profiles that are required."""

from registry.probes.checks.base import Parameter, Seen, check, failed, passed
from registry.probes.checks.reading import no_statement, release_told
from registry.probes.rules.capabilities import PROFILE, Declared, declared
from registry.probes.rules.fhir import shape_of
from registry.probes.rules.profiles import FHIR_PROFILES, CaptureName
from registry.probes.rules.results import Point, Result, shorten


@check(
    id="fhir.profiles",
    version=1,
    title="The required profiles are declared",
    rationale=(
        "A profile says what a resource holds beyond the base standard. Systems exchange data "
        "only as well as they keep to the same ones."
    ),
    reference="HL7 FHIR, CapabilityStatement.rest.resource.profile and supportedProfile",
    remedy=(
        "Conform to the profile and declare it for its resource: in supportedProfile from R4 "
        "on, as a reference in profile in DSTU2 and STU3."
    ),
    profiles=FHIR_PROFILES,
    captures=(CaptureName.METADATA,),
    on_demand=True,
    parameters={
        "required": Parameter(
            list, [], "Canonical URLs that must each be declared; URL|version asks for a version."
        ),
        "prefixes": Parameter(list, [], "Starts of URLs; a profile under each must be declared."),
    },
)
def judge(seen: Seen) -> Point | list[Point]:
    """Every profile the statement declares, for a resource or for the server as a whole."""
    problem = no_statement(seen)
    if problem:
        return problem
    required, prefixes = seen.params["required"], seen.params["prefixes"]
    if not required and not prefixes:
        return Point(Result.NOT_APPLICABLE, "No criterion says which profiles are required.")
    live = seen.exchange(CaptureName.METADATA).document.object
    shape = shape_of(release_told(seen, live))
    offered = [each for each in declared(live, shape) if each.kind == PROFILE]
    where = "/profile" if shape.profile_is_reference else "/rest"
    missing = [url for url in required if not any(_is(url, each) for each in offered)]
    missing += [f"{prefix}…" for prefix in prefixes
                if not any(each.name.startswith(prefix) for each in offered)]  # fmt: skip
    actual = shorten(", ".join(dict.fromkeys(map(_shown, offered)))) or "none"
    return [
        failed("A required profile is not declared.", expected=url, actual=actual, where=where)
        for url in missing
    ] or passed("The required profiles are declared.", actual=actual, where=where)


def _shown(each: Declared) -> str:
    return f"{each.name}|{each.detail}" if each.detail else each.name


def _is(required: str, each: Declared) -> bool:
    """The same URL; the same version where both name one."""
    url, _, version = required.partition("|")
    return each.name == url and (not version or not each.detail or each.detail == version)
