"""The strongest promise: what was foreseen is what happens, in any world."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.phaseout.models import Case
from procurement.whatif import selectors as whatif
from procurement.whatif import services
from procurement.whatif.enums import ChangeKind
from procurement.whatif.services import Wanted
from registry.accounts.models import Role
from registry.common import periods
from registry.common.causes import Cause, CauseKind
from registry.common.errors import RuleBroken
from registry.common.periods import LONDON, period
from registry.compliance import selectors as compliance
from registry.compliance import services as timelines
from registry.compliance.models import Spell
from registry.standards.rules import Ways
from tests import factories
from tests.compliance.test_worlds import FAR, WORLDS, generated, in_a_world
from tests.compliance.worlds import DAYS, World, build, spans, worlds
from tests.whatif.stories import every_row, publish

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ChangeSpec:
    """What is asked for: of a kind, about the `place`-th thing there is, over a period."""

    kind: ChangeKind
    standard: int
    place: int
    days: tuple


# What changes something is tried more often: a world may hold nothing of the kind.
KINDS = [*ChangeKind, ChangeKind.CHANGE_ACCEPTED, ChangeKind.CHANGE_REQUIRED]

changes = st.lists(
    st.builds(
        ChangeSpec,
        kind=st.sampled_from(KINDS),
        standard=st.integers(0, 1),
        place=st.integers(0, 5),
        days=spans(),
    ),
    min_size=1,
    max_size=6,
)
terms = st.lists(spans(), min_size=4, max_size=4)


def _wanted(spec: ChangeSpec, world: World) -> Wanted | None:
    """The change in this world; `None` where there is nothing of the kind to change."""
    standard, days = world.standards[spec.standard], period(*spec.days)
    if spec.kind == ChangeKind.ADD_SCOPE:
        capability = [None, *world.capabilities][spec.place % 3]
        return Wanted(spec.kind, standard, days, capability=capability)
    offers = whatif.offers(spec.kind, standard)
    if not offers:
        return None
    offer = offers[spec.place % len(offers)]
    about = {
        ChangeKind.ADD_VERSION: lambda x: {"version": "new", "copied_from": x.version},
        ChangeKind.CHANGE_ACCEPTED: lambda x: {"version": x.version},
        ChangeKind.CHANGE_REQUIRED: lambda x: {"capability": x.capability},
        ChangeKind.SHORTEN_DISPENSATION: lambda x: {"product": x.product},
        ChangeKind.CHANGE_WAYS: lambda x: {
            "version": offer.version,
            "criterion": x.code,
            "ways_were": Ways.of(x.proofs, x.requirements),
            "ways": Ways.of({*x.proofs, "certificate"}, x.requirements),
        },
    }[spec.kind](offer.thing)
    if spec.kind == ChangeKind.ADD_VERSION:
        return Wanted(spec.kind, standard, days, **about)
    if spec.kind == ChangeKind.CHANGE_WAYS:
        return Wanted(spec.kind, standard, **about)
    if spec.kind == ChangeKind.SHORTEN_DISPENSATION:
        days = periods.overlap(offer.period, period(None, spec.days[1] or DAYS[4])) or days
    return Wanted(spec.kind, standard, days, was=offer.period, **about)


def _asked(on: date) -> list[date]:
    return [day for day in (*_every_day(), FAR[1]) if day >= on]


def _every_day() -> list[date]:
    return [DAYS[0] + DAY * step for step in range(len(DAYS) + 2)]


def _not_met(on: date) -> set[tuple[int, int, date]]:
    """Every (product, standard, day), `on` or later, that the register holds as not met."""
    spells = Spell.objects.current().filter(status="not_met")
    return {
        (spell.product_id, spell.standard_id, day)
        for spell in spells
        for day in _asked(on)
        if periods.holds(spell.period, day)
    }


def _first_and_end(days: set[date]) -> tuple[date, date | None]:
    return min(days), None if FAR[1] in days else max(days) + DAY


@settings(parent=generated, max_examples=max(1, WORLDS * 2 // 3))
@given(spec=worlds, asked=changes, terms=terms, on=st.sampled_from(DAYS))
def test_what_is_foreseen_is_what_happens(spec, asked, terms, on):
    now = datetime.combine(on, time(12), tzinfo=LONDON)

    def check():
        world = build(spec)
        first, second = (factories.make_user(role=Role.STANDARDS_EDITOR) for _ in range(2))
        buyer = factories.make_organisation()
        for number, product in enumerate(world.products):
            product.state = "listed" if number % 2 == 0 else "draft"
            product.save(update_fields=["state"])
            factories.make_contract(buyer, product, term=terms[number])
        timelines.refresh(product_ids=None, now=now, cause=Cause(CauseKind.RECOMPUTED, "test"))
        draft = _drafted(world, asked, by=first, now=now)
        if draft is None:
            return
        held, rows, cases = _not_met(on), every_row(), Case.objects.count()
        ahead = services.preview(whatif.changes_of(draft), on=on)
        assert every_row() == rows

        publish(draft, first=first, second=second, now=now)
        happened = _not_met(on)
        _assert_foreseen(ahead, happened - held)
        assert ahead.summary.healed == len({product for product, *_ in held - happened})
        assert Case.objects.count() - cases == ahead.summary.cases
        # And the register holds what its facts say.
        assert list(compliance.timelines(product_ids=None)) == list(
            compliance.computed_timelines(product_ids=None)
        )

    in_a_world(check, opens_cases=True)


def _drafted(world: World, asked: list[ChangeSpec], *, by, now):
    """A draft with those of the changes that can be drafted; `None` when none can."""
    draft = services.start_draft(title="Any", reason="Any.", by=by, now=now)
    for wanted in filter(None, (_wanted(one, world) for one in asked)):
        try:
            services.add_change(draft=draft, wanted=wanted, by=by, now=now)
        except RuleBroken:
            continue
    return draft if draft.changes.exists() else None


def _assert_foreseen(ahead: services.Preview, turned: set[tuple[int, int, date]]) -> None:
    days: dict[int, set[date]] = {}
    standards: dict[int, set[int]] = {}
    for product, standard, day in turned:
        days.setdefault(product, set()).add(day)
        standards.setdefault(product, set()).add(standard)
    assert {row.product_id: (row.first_day, row.until) for row in ahead.products} == {
        product: _first_and_end(found) for product, found in days.items()
    }
    assert {row.product_id: len(row.standards) for row in ahead.products} == {
        product: len(found) for product, found in standards.items()
    }
    touched = {}
    for row in ahead.products:
        for item in factories.ContractItem.objects.filter(product=row.product_id):
            within = [x for x in days[row.product_id] if periods.holds(item.contract.term, x)]
            if within:
                touched[item.contract_id] = min(within)
    assert {row.contract.pk: row.first_day for row in ahead.contracts} == touched
    assert ahead.summary.contracts == len(touched)
