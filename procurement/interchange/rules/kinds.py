"""The kinds of line, their fields in the order in which they are written, and their keys."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from procurement.interchange.rules import fields as f
from registry.standards.rules import LONGEST_REQUIREMENT

REQUIRED: Any = object()
# Characters of a text that the database keeps without a limit.
LONG = 50_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the rooms allow, given by whoever knows them."""

    groups: tuple[str, ...]
    classes: tuple[str, ...]
    levels: tuple[str, ...]
    forms: tuple[str, ...]
    states: tuple[str, ...]
    hostings: tuple[str, ...]
    profiles: tuple[str, ...]
    results: tuple[str, ...]
    # Parameters of a check that do not fit, or an id that is none: the reason, or "".
    check_problem: Callable[[str, dict], str]
    # Why a URL may not be registered, or "".
    url_problem: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is read and written, and what it is when left out.

    A field at its default is not written, unless `always`.
    """

    name: str
    read: f.Reader
    default: Any = REQUIRED
    write: Callable[[Any], Any] = f.as_written
    always: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line; `key` names the fields of its natural key, a period by its start."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(each.name for each in self.fields))


def _verified() -> tuple[Field, Field]:
    return Field("verified", f.flag, True), Field("basis", f.text(300, blank=True), "")


def make_kinds(words: Vocabulary) -> dict[str, Kind]:
    """Every kind by name, in the order in which a dump writes them and a load keeps them."""
    kinds: Iterable[Kind] = (
        *_standards_kinds(words),
        *_edition_kinds(words),
        *_organisation_kinds(),
        *_catalogue_kinds(words),
        *_proof_kinds(words),
        *_deal_kinds(),
    )
    return {kind.name: kind for kind in kinds}


def _standards_kinds(words: Vocabulary) -> Iterable[Kind]:
    yield Kind(
        "capability",
        (
            Field("ref", f.text(40)),
            Field("name", f.text(200)),
            Field("group", f.choice(words.groups), "national", always=True),
            Field("facts", f.json_object, {}, f.ordered),
        ),
        ("ref",),
    )
    yield Kind(
        "standard",
        (
            Field("code", f.text(60)),
            Field("name", f.text(300)),
            Field("class", f.choice(words.classes)),
            Field("owner", f.text(200, blank=True)),
            Field("summary", f.text(LONG, blank=True), ""),
            Field("legal_basis", f.text(300, blank=True), ""),
            Field("legal_basis_in_force", f.nullable(f.day), None),
            Field("superseded_by", f.nullable(f.text(60)), None),
            *_verified(),
        ),
        ("code",),
    )
    yield Kind(
        "scope",
        (
            Field("standard", f.text(60)),
            Field("capability", f.nullable(f.text(40))),
            Field("required", f.period),
        ),
        ("standard", "capability", "required"),
    )


def _edition_kinds(words: Vocabulary) -> Iterable[Kind]:
    yield Kind(
        "version",
        (
            Field("standard", f.text(60)),
            Field("version", f.text(80)),
            Field("accepted", f.period),
            Field("published", f.nullable(f.day), None),
            Field("note", f.text(LONG, blank=True), ""),
            *_verified(),
        ),
        ("standard", "version"),
    )
    yield Kind(
        "criterion",
        (
            Field("standard", f.text(60)),
            Field("version", f.text(80)),
            Field("code", f.text(60)),
            Field("level", f.choice(words.levels)),
            Field("text", f.text(LONG)),
            Field("proofs", f.unique(f.choice(words.forms))),
            Field("check", _checked(words), write=f.check_as_written),
            Field("requirements", f.unique(_requirement), ()),
        ),
        ("standard", "version", "code"),
    )


def _requirement(value: Any) -> str:
    """What a testing tool calls a criterion: compared to the letter, so a blank is a slip."""
    said = f.text(LONGEST_REQUIREMENT)(value)
    if any(character.isspace() for character in said):
        raise f.Refused(f"{f.shown(said)} must hold no space")
    return said


def _checked(words: Vocabulary) -> f.Reader:
    def read(value: Any) -> tuple[str, dict] | None:
        if value is None:
            return None
        check_id, params = f.check(value)
        problem = words.check_problem(check_id, params)
        if problem:
            raise f.Refused(problem)
        return check_id, params

    return read


def _organisation_kinds() -> Iterable[Kind]:
    ods = f.text(12)
    yield Kind(
        "organisation",
        (
            Field("ods", ods),
            Field("name", f.text(200)),
            Field("type", f.text(40, blank=True)),
            Field("open", f.period),
            Field("parent", f.text(12, blank=True), ""),
            Field("region", f.text(80, blank=True), ""),
            Field("postcode", f.text(10, blank=True), ""),
            *_verified(),
        ),
        ("ods",),
    )
    yield Kind(
        "succession",
        (Field("predecessor", ods), Field("successor", ods), Field("on", f.day)),
        ("predecessor", "successor"),
    )


def _catalogue_kinds(words: Vocabulary) -> Iterable[Kind]:
    ref = f.slug(80)
    yield Kind(
        "supplier",
        (
            Field("ref", ref),
            Field("name", f.text(200)),
            Field("website", f.web_address(200), ""),
            Field("demonstration", f.flag, False),
        ),
        ("ref",),
    )
    yield Kind(
        "product",
        (
            Field("ref", ref),
            Field("supplier", ref),
            Field("name", f.text(200)),
            Field("state", f.choice(words.states)),
            Field("summary", f.text(LONG, blank=True), ""),
            Field("hosting", f.choice((*words.hostings, "")), ""),
        ),
        ("ref",),
    )
    yield Kind(
        "claim",
        (Field("product", ref), Field("capability", f.text(40)), Field("claimed", f.period)),
        ("product", "capability", "claimed"),
    )
    yield Kind(
        "endpoint",
        (
            Field("product", ref),
            Field("url", _address(words)),
            Field("profile", f.choice(words.profiles)),
            Field("in_service", f.period),
        ),
        ("product", "url"),
    )


def _address(words: Vocabulary) -> f.Reader:
    plain = f.text(500)

    def read(value: Any) -> str:
        value = plain(value)
        problem = words.url_problem(value)
        if problem:
            raise f.Refused(problem)
        return value

    return read


def _proof_kinds(words: Vocabulary) -> Iterable[Kind]:
    ref = f.slug(80)
    criterion = f.several(f.text(60), f.text(80), f.text(60))
    yield Kind(
        "proof",
        (
            Field("ref", f.slug(120)),
            Field("product", ref),
            Field("form", f.choice(words.forms)),
            Field("criteria", f.unique(criterion, least=1)),
            Field("valid", f.period),
            Field("revoked_from", f.nullable(f.day)),
            Field("issuer", f.text(200, blank=True)),
            Field("reference", f.text(200, blank=True)),
            Field("release", f.text(80, blank=True), ""),
            Field("issued", f.nullable(f.day), None),
            Field("exclusions", f.text(LONG, blank=True), ""),
            Field("links", f.in_order(f.web_address(500)), []),
            Field("supersedes", f.nullable(f.slug(120)), None),
        ),
        ("ref",),
    )
    yield Kind(
        "check_spell",
        (
            Field("endpoint", f.several(ref, f.text(500))),
            Field("check", _check_id(words)),
            Field("result", f.choice(words.results)),
            Field("period", f.period),
        ),
        ("endpoint", "check", "period"),
    )


def _check_id(words: Vocabulary) -> f.Reader:
    plain = f.text(60)

    def read(value: Any) -> str:
        value = plain(value)
        problem = words.check_problem(value, {})
        if problem:
            raise f.Refused(problem)
        return value

    return read


def _deal_kinds() -> Iterable[Kind]:
    ref = f.slug(80)
    yield Kind(
        "dispensation",
        (
            Field("product", ref),
            Field("standard", f.text(60)),
            Field("period", f.period),
            Field("reason", f.text(LONG)),
        ),
        ("product", "standard", "period"),
    )
    yield Kind(
        "contract",
        (
            Field("ref", f.text(80)),
            Field("buyer", f.text(12)),
            Field("supplier", ref),
            Field("title", f.text(300)),
            Field("signed", f.nullable(f.day)),
            Field("term", f.period),
            Field("value", f.nullable(f.money), write=f.money_as_written),
            Field("products", f.unique(ref, least=1)),
            Field("ocid", f.nullable(f.text(100))),
        ),
        ("ref",),
    )
