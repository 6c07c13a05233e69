"""TXT records, asked of the resolvers that the outfit names, with a deadline of their own.

Only resolvers that we chose are connected to: what strangers typed becomes the name in the
question, never an address.
"""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 8.0
# A resolver that does not answer is asked again, or the next one, after this.
_PATIENCE_SECONDS = 2.5
MAX_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Records:
    """The TXT records of a name, each joined from its parts; or, in words, why there are none.

    `ours` says that it was our own mistake.
    """

    texts: tuple[str, ...] = ()
    why_not: str = ""
    ours: bool = False


async def txt_records(
    name: str, *, servers: tuple[tuple[str, int], ...] = (), deadline: float = DEADLINE_SECONDS
) -> Records:
    """Ask for the TXT records of `name`. Never raises.

    `servers` are addresses and ports of resolvers; without any the system's are asked.
    """
    try:
        resolver = _resolver(servers)
        resolver.timeout = min(_PATIENCE_SECONDS, deadline)
        asked = partial(resolver.resolve, rdtype="TXT", search=False, lifetime=deadline)
        # The resolver keeps its own time; this one holds whatever it does.
        async with asyncio.timeout(deadline + 1):
            answer = await asked(dns.name.from_text(name))
    except dns.resolver.NXDOMAIN:
        return Records(why_not="There is no such name in the DNS.")
    except dns.resolver.NoAnswer:
        return Records(why_not="The name is in the DNS, but it has no TXT record.")
    except (dns.exception.Timeout, TimeoutError):
        return Records(why_not=f"The DNS did not answer within {deadline:g} seconds.")
    except (dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
        return Records(why_not="The name servers of the domain answered with an error.")
    except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
        return Records(why_not="The name is too long, or malformed, for the DNS.")
    except dns.resolver.NoResolverConfiguration:
        return Records(why_not="We could not ask: no resolver is set up here.", ours=True)
    except (dns.exception.DNSException, OSError, ValueError) as error:
        logger.warning("asking for the TXT records of %s broke: %s", name, error)
        return Records(why_not="We could not ask: our own error.", ours=True)
    return Records(tuple(_joined(each) for each in list(answer)[:MAX_RECORDS]))


def _resolver(servers: tuple[tuple[str, int], ...]) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(address, port) for address, port in servers
        ]
    return resolver


def _joined(record) -> str:
    """A TXT record is sent in parts of at most 255 octets, which mean one text (RFC 7208)."""
    return b"".join(record.strings).decode("utf-8", "replace")
