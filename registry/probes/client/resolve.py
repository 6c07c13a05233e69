"""Names become addresses once per visit, and every address is judged before it is used."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import ip_address

from registry.probes.client.limits import Outfit
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.addresses import Address, Network, is_listed, refusal
from registry.probes.rules.observation import Trouble
from registry.probes.rules.urls import Target

Lookup = Callable[[str, int], Awaitable[list[Address]]]
# A name server that hangs holds a thread: so many may hang before others wait.
_THREADS = 32
_pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="resolve")


async def system_lookup(host: str, port: int) -> list[Address]:
    """Ask the system's resolver."""
    loop = asyncio.get_running_loop()
    answers = await loop.run_in_executor(_pool, _getaddrinfo, host, port)
    return list(dict.fromkeys(ip_address(entry[4][0].partition("%")[0]) for entry in answers))


def _getaddrinfo(host: str, port: int):
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


# Judging an address is pure, so an address is judged once.
@lru_cache(maxsize=4096)
def _why_refused(address: Address) -> str:
    return refusal(address)


@lru_cache(maxsize=4096)
def _is_allowed(address: Address, allowed: tuple[Network, ...]) -> bool:
    return is_listed(address, allowed)


class Pinned:
    """The addresses of the hosts of one visit: what was judged is what is connected to.

    A name that answers differently the second time (rebinding) is never asked twice.
    """

    def __init__(self, outfit: Outfit, lookup: Lookup):
        self._outfit = outfit
        self._lookup = lookup
        self._known: dict[str, list[Address]] = {}

    async def addresses(self, target: Target) -> list[Address]:
        """Where `target` may be connected to. `RequestTrouble` when nowhere.

        One address that is not public refuses the whole name: an honest name has none. Only
        a name of a network that is allowed by name (localhost) keeps its allowed addresses.
        """
        if target.host not in self._known:
            self._known[target.host] = await self._ask(target)
        return self._known[target.host]

    async def _ask(self, target: Target) -> list[Address]:
        found = [target.address] if target.address else await self._resolve(target)
        limit, allowed = self._outfit.limits.addresses, self._outfit.allowed
        by_name = [address for address in found if _is_allowed(address, allowed)]
        if by_name:
            return by_name[:limit]
        for address in found:
            # Which address is not said: what our name server knows of our own network is not
            # for whoever typed the name.
            if _why_refused(address):
                raise RequestTrouble(
                    Trouble.FORBIDDEN, f"{target.host}: the name leads to no public address"
                )
        return found[:limit]

    async def _resolve(self, target: Target) -> list[Address]:
        try:
            found = await self._lookup(target.host, target.port)
        except (OSError, UnicodeError) as error:
            detail = getattr(error, "strerror", None) or str(error)
            raise RequestTrouble(Trouble.DNS, f"{target.host}: {detail}") from error
        if not found:
            raise RequestTrouble(Trouble.DNS, f"{target.host}: the name has no address")
        return found
