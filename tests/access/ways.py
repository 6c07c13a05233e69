"""What an address is answered, in the words of the table (tests/access/table.py)."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

from tests.access.world import EVERYBODY, MEMBERS, NATIONAL, World

# What somebody is answered. "ok" is a page, a redirect within, or a form's or rule's own refusal.
OK, SIGN_IN, REFUSED, UNSEEN, NO_METHOD = "ok", "sign in", "403", "404", "405"
# An address that takes tokens asks for one.
UNNAMED = "401"

Answers = Mapping[str, str]
Things = Callable[[World], dict]

ASSESSOR, AUDITOR, CASE_OFFICER = {"assessor"}, {"auditor"}, {"case_officer"}
DECIDERS = {"case_officer", "approver"}
OFFICERS = {"assessor", "case_officer", "approver", "standards_editor"}
BUYERS = {"buyer", "other_buyer"}
SUPPLIERS = MEMBERS | {"rival_editor"}
TEAM = MEMBERS | NATIONAL


def answers(ok=(), *, told=(), otherwise: str = REFUSED, nobody: str = SIGN_IN) -> Answers:
    """`ok` get in; `told` get 403; other people `otherwise`; who is not signed in `nobody`."""
    found = dict.fromkeys(EVERYBODY, otherwise) | {"nobody": nobody}
    return found | dict.fromkeys(told, REFUSED) | dict.fromkeys(ok, OK)


EVERYONE = answers(EVERYBODY)
SIGNED_IN = answers(EVERYBODY - {"nobody"})
# Only looked at: who asks is told before what they may.
READ_ONLY = answers(otherwise=NO_METHOD)
READ_ONLY_PUBLIC = answers(otherwise=NO_METHOD, nobody=NO_METHOD)
SEEN_BY_TEAM = answers(TEAM, otherwise=UNSEEN, nobody=UNSEEN)


@dataclass(frozen=True)
class Way:
    """One address about one thing. `writes`: who changes something by a POST of `data`."""

    name: str
    get: Answers
    post: Answers
    about: str = ""
    kwargs: Things = field(default=lambda world: {})
    query: str = ""
    data: Things = field(default=lambda world: {})
    # True is all who get in; a set of roles where others are shown their own form again.
    writes: bool | Set[str] = False
    # Whoever has the address reads as this one does: it holds a secret of theirs.
    bearer: str = ""

    @property
    def writers(self) -> set[str]:
        """Whose POST changes something."""
        let_in = {role for role, answer in self.post.items() if answer == OK}
        return let_in if self.writes is True else set(self.writes or ())

    @property
    def id(self) -> str:
        """For the names of tests."""
        return f"{self.name}-{self.about}".strip("-")


def ref(thing: str) -> Things:
    """The thing of the world by its reference."""
    return lambda world: {"ref": world.things[thing].ref}


def pk(thing: str) -> Things:
    """The thing of the world by its number."""
    return lambda world: {"id": world.things[thing].pk}


def pair(product: str) -> Things:
    """The product of the world and the standard that its evidence speaks to."""
    return lambda world: {"ref": world.things[product].ref, "code": world.standard.code}


def day(name: str, year: int, month: int, day: int) -> dict:
    """A date as its three boxes send it."""
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}
