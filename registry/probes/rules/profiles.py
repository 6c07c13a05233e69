"""What kinds of endpoint there are, and what is fetched from each."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

SECONDS_PER_HOUR = 3600


class Profile(StrEnum):
    """The kind of service an endpoint is registered as."""

    FHIR = "fhir"
    FHIR_DSTU2 = "fhir-dstu2"
    FHIR_STU3 = "fhir-stu3"
    FHIR_R4 = "fhir-r4"
    FHIR_R4B = "fhir-r4b"
    FHIR_R5 = "fhir-r5"
    SMART = "smart"
    OPENAPI = "openapi"
    WEB = "web"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return _SPECS[self].label

    @property
    def spec(self) -> "ProfileSpec":
        """Interval, captures and whether plain http is allowed."""
        return _SPECS[self]


class CaptureName(StrEnum):
    """A named request, fetched once per visit and judged by many checks."""

    METADATA = "metadata"
    SMART_CONFIGURATION = "smart_configuration"
    OPENAPI = "openapi"
    ROOT = "root"
    SECURITY_TXT = "security_txt"
    ACCESSIBILITY_STATEMENT = "accessibility_statement"

    @property
    def path(self) -> str:
        """What is added to the endpoint's URL, or to its origin; empty for the URL itself."""
        return _CAPTURES[self][0]

    @property
    def of_origin(self) -> bool:
        """Whether the path starts at the host, whatever the path of the endpoint."""
        return self in _OF_ORIGIN

    @property
    def accept(self) -> str:
        """The `Accept` header of the request."""
        return _CAPTURES[self][1]


_CAPTURES = {
    CaptureName.METADATA: (
        "/metadata",
        "application/fhir+json, application/json+fhir;q=0.9, application/json;q=0.8",
    ),
    CaptureName.SMART_CONFIGURATION: ("/.well-known/smart-configuration", "application/json"),
    CaptureName.OPENAPI: ("", "application/json, application/yaml;q=0.5"),
    CaptureName.ROOT: ("", "*/*"),
    # RFC 9116, section 3.
    CaptureName.SECURITY_TXT: ("/.well-known/security.txt", "text/plain"),
    # No standard names a path: this is the usual one of NHS sites (docs/adr/0090).
    CaptureName.ACCESSIBILITY_STATEMENT: ("/accessibility-statement", "text/html"),
}
_OF_ORIGIN = frozenset({CaptureName.SECURITY_TXT, CaptureName.ACCESSIBILITY_STATEMENT})


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """How endpoints of one profile are visited. `interval` is in seconds."""

    label: str
    captures: tuple[CaptureName, ...]
    interval: int = 6 * SECONDS_PER_HOUR
    plain_http: bool = False
    # The FHIR release that the endpoint is registered as; empty for any, or for none.
    fhir_release: str = ""


# A steady check of a FHIR endpoint is two requests (figures.md, F1): sites are asked for more.
_FHIR = (CaptureName.METADATA, CaptureName.SMART_CONFIGURATION)
_SPECS = {
    Profile.FHIR: ProfileSpec("FHIR, any release", _FHIR),
    Profile.FHIR_DSTU2: ProfileSpec("FHIR DSTU2", _FHIR, fhir_release="DSTU2"),
    Profile.FHIR_STU3: ProfileSpec("FHIR STU3", _FHIR, fhir_release="STU3"),
    Profile.FHIR_R4: ProfileSpec("FHIR R4", _FHIR, fhir_release="R4"),
    Profile.FHIR_R4B: ProfileSpec("FHIR R4B", _FHIR, fhir_release="R4B"),
    Profile.FHIR_R5: ProfileSpec("FHIR R5", _FHIR, fhir_release="R5"),
    Profile.SMART: ProfileSpec("SMART App Launch", (CaptureName.SMART_CONFIGURATION,)),
    Profile.OPENAPI: ProfileSpec("OpenAPI document", (CaptureName.OPENAPI,)),
    Profile.WEB: ProfileSpec(
        "Web site",
        (CaptureName.ROOT, CaptureName.SECURITY_TXT, CaptureName.ACCESSIBILITY_STATEMENT),
    ),
}
FHIR_PROFILES = frozenset(profile for profile in Profile if profile.value.startswith("fhir"))


def capture_url(endpoint_url: str, capture: CaptureName) -> str:
    """The address of a capture: its path after the endpoint's or its host's, without a query."""
    if not capture.path:
        return endpoint_url
    base, _, _ = endpoint_url.partition("?")
    if capture.of_origin:
        parts = urlsplit(base)
        base = f"{parts.scheme}://{parts.netloc}"
    return base.rstrip("/") + capture.path
