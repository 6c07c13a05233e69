"""The words of every room, as the format's rules want them."""

from functools import cache
from ipaddress import ip_network

from procurement.interchange.rules.kinds import Kind, Vocabulary, make_kinds
from registry.catalogue.enums import Hosting, ProductState
from registry.probes import checks
from registry.probes.checks.base import BadParameters, UnknownCheck
from registry.probes.enums import SpellResult
from registry.probes.rules.profiles import Profile
from registry.probes.rules.urls import UrlRefused, parse_target
from registry.standards.enums import CapabilityGroup, Form, Level, StandardClass

# A file may name any host: whether an address may be visited is judged when it is visited.
_EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of line by name, in the order of the format."""
    return make_kinds(
        Vocabulary(
            groups=tuple(CapabilityGroup.values),
            classes=tuple(StandardClass.values),
            levels=tuple(Level.values),
            forms=tuple(Form.values),
            states=tuple(ProductState.values),
            hostings=tuple(Hosting.values),
            profiles=tuple(profile.value for profile in Profile),
            results=tuple(SpellResult.values),
            check_problem=check_problem,
            url_problem=url_problem,
        )
    )


def check_problem(check_id: str, params: dict) -> str:
    """Why no check of that id can be asked with `params`, or ""."""
    try:
        checks.get_check(check_id).complete(params)
    except (UnknownCheck, BadParameters) as error:
        return str(error)
    return ""


def url_problem(url: str) -> str:
    """Why `url` cannot be registered, or ""."""
    try:
        parse_target(url, allowed=_EVERYWHERE)
    except UrlRefused as error:
        return str(error)
    return ""
