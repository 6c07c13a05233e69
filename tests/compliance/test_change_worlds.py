"""In any world: the changes, replayed, are the timelines, at every moment of knowledge."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given

from registry.compliance import selectors, services
from registry.compliance.models import Change, Revision, VerdictChange, VerdictSpell
from tests.compliance.test_worlds import DAY, generated, in_a_world
from tests.compliance.worlds import WorldSpec, build, build_facts, products, worlds
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

ENDS = (date.min, date.max)


class Line:
    """All days, from a status onwards; painted over by changes, which must find what they say."""

    def __init__(self, word: str):
        self.pieces = [(date.min, date.max, word)]

    def turn(self, span, before: str, after: str) -> None:
        """Paint `span`, every day of which must have been `before`."""
        start, until = span.lower or ENDS[0], span.upper or ENDS[1]
        kept, found = [], 0
        for first, end, word in self.pieces:
            inside = (max(first, start), min(end, until))
            if inside[0] >= inside[1]:
                kept.append((first, end, word))
                continue
            assert word == before
            found += (inside[1] - inside[0]).days
            kept += [(first, inside[0], word), (*inside, after), (inside[1], end, word)]
        assert found == (until - start).days
        self.pieces = _joined(piece for piece in kept if piece[0] < piece[1])


def _joined(pieces) -> list[tuple]:
    whole: list[tuple] = []
    for first, end, word in sorted(pieces):
        if whole and whole[-1][2] == word and whole[-1][1] == first:
            whole[-1] = (whole[-1][0], end, word)
        else:
            whole.append((first, end, word))
    return whole


def replayed(known_at: datetime | None) -> dict[tuple[int, int], list[tuple]]:
    """What every pair is after all its changes known at a moment, from "not required, always"."""
    lines: dict[tuple[int, int], Line] = {}
    changes = Change.objects.filter(revision__in=Revision.objects.known_at(known_at).values("pk"))
    for change in changes.select_related("revision").order_by("revision__recorded_at", "pk"):
        key = (change.revision.product_id, change.standard_id)
        line = lines.setdefault(key, Line("not_required"))
        line.turn(change.period, change.from_status, change.to_status)
    return {key: line.pieces for key, line in lines.items()}


def held(known_at: datetime | None) -> dict[tuple[int, int], list[tuple]]:
    """The timelines that the register held, in the same shape."""
    return {
        (line.product_id, line.standard_id): [
            (spell.from_ or ENDS[0], spell.until or ENDS[1], spell.status) for spell in line.spells
        ]
        for line in selectors.timelines(product_ids=None, known_at=known_at)
    }


def replayed_verdicts(known_at: datetime | None) -> dict[int, list[tuple]]:
    lines: dict[int, Line] = {}
    of = Revision.objects.known_at(known_at).values("pk")
    changes = VerdictChange.objects.filter(revision__in=of).select_related("revision")
    for change in changes.order_by("revision__recorded_at", "pk"):
        line = lines.setdefault(change.revision.product_id, Line("nothing_required"))
        line.turn(change.period, change.from_verdict, change.to_verdict)
    return {key: line.pieces for key, line in lines.items()}


def held_verdicts(known_at: datetime | None) -> dict[int, list[tuple]]:
    lines: dict[int, list[tuple]] = {}
    for row in VerdictSpell.objects.known_at(known_at):
        span = (row.period.lower or ENDS[0], row.period.upper or ENDS[1], row.verdict)
        lines.setdefault(row.product_id, []).append(span)
    return {key: sorted(pieces) for key, pieces in lines.items()}


def told(lines: dict, silent: str) -> dict:
    """Lines without those that never say anything else than `silent`, which may have no row."""
    return {
        key: pieces for key, pieces in lines.items() if {word for *_, word in pieces} != {silent}
    }


def assert_replay(known_at: datetime | None) -> None:
    assert told(replayed(known_at), "not_required") == told(held(known_at), "not_required")
    assert told(replayed_verdicts(known_at), "nothing_required") == told(
        held_verdicts(known_at), "nothing_required"
    )


def assert_tidy() -> None:
    """In one revision and pair, no two periods overlap, or adjoin and say the same."""
    rows = [
        ((each.revision_id, each.standard_id), each.period, each.from_status, each.to_status)
        for each in Change.objects.all()
    ]
    rows += [
        ((each.revision_id, None), each.period, each.from_verdict, each.to_verdict)
        for each in VerdictChange.objects.all()
    ]
    rows.sort(key=lambda row: (row[0][0], row[0][1] or 0, row[1].lower or ENDS[0]))
    for (key, span, *words), (next_key, next_span, *next_words) in zip(
        rows, rows[1:], strict=False
    ):
        assert words[0] != words[1]
        if key == next_key:
            assert span.upper is not None
            assert next_span.lower is not None
            assert span.upper <= next_span.lower
            assert words != next_words or span.upper < next_span.lower


@generated
@given(spec=worlds, more=products, once_more=products)
def test_replaying_the_changes_gives_the_timelines(spec: WorldSpec, more, once_more, now):
    def check():
        world = build(spec)
        moments = [now]
        services.refresh(product_ids=None, now=now, cause=A_STORY)
        touched = world.products[0]
        for number, facts in enumerate((more, once_more), start=1):
            touched.claims.all().delete()
            touched.dispensations.all().delete()
            touched.ref += "-changed"
            build_facts(world, touched, facts)
            moments.append(now + number * DAY)
            services.refresh(product_ids=[touched.pk], now=moments[-1], cause=A_STORY)
        before = (Revision.objects.count(), Change.objects.count(), VerdictChange.objects.count())
        assert (
            services.refresh(product_ids=None, now=now + 9 * DAY, cause=A_STORY).product_ids == ()
        )
        after = (Revision.objects.count(), Change.objects.count(), VerdictChange.objects.count())
        assert after == before
        assert_tidy()
        for moment in (*moments, now - timedelta(seconds=1), None):
            assert_replay(moment)

    in_a_world(check)


@generated
@given(spec=worlds)
def test_whoever_is_not_required_any_more_is_told_so(spec: WorldSpec, now):
    """The timelines of pairs disappear as a whole, and come back."""

    def check():
        world = build(spec)
        services.refresh(product_ids=None, now=now, cause=A_STORY)
        for standard in world.standards:
            standard.scopes.all().delete()
        services.refresh(product_ids=None, now=now + DAY, cause=A_STORY)
        for product in world.products:
            for submission in product.submissions.all():
                submission.spoken_to.all().delete()
            product.endpoints.all().delete()
        services.refresh(product_ids=None, now=now + 2 * DAY, cause=A_STORY)
        for moment in (now, now + DAY, None):
            assert_replay(moment)
        assert_tidy()

    in_a_world(check)
