"""Judging stored visits by the rule of today, and turning what it turns from today on.

No day that was confirmed is rewritten (docs/adr/0098): the present rule is run over what is
stored since some day, the confirmation rules over what it finds, and where that leads to
another result than the one held now, it is held from today.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.common import bells
from registry.common.periods import civil_date
from registry.probes.checks import Check
from registry.probes.client.visit import KEPT_HEADERS
from registry.probes.models import CaptureBody, CheckState, Endpoint, Probe
from registry.probes.rules.confirmation import State, Step, advance, sweep
from registry.probes.rules.observation import Observation
from registry.probes.rules.profiles import Profile
from registry.probes.rules.rebuilding import missed_headers, rebuild
from registry.probes.rules.results import Finding, Result
from registry.probes.selectors import asked_checks
from registry.probes.services.judging import findings
from registry.probes.services.spelling import SpellBook, state_of, write_state

PAGE = 50


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What the present rule makes of the stored visits to one endpoint.

    `before` and `after` are what is held and what would be; `visits` were judged, `differing`
    of them with another result than then. `finding` is that of the newest visit.
    """

    endpoint_id: int
    url: str
    before: State
    after: State
    visits: int
    differing: int
    finding: Finding

    @property
    def flips(self) -> bool:
        """Whether another result would be held."""
        return self.before.held is not self.after.held


def plan(
    *, check: Check, endpoints: Iterable[int], since: datetime, now: datetime
) -> Iterator[Rejudged]:
    """What the present rule of `check` would lead to, endpoint by endpoint. Nothing is written."""
    asked = [(each, params) for each, params in asked_checks() if each.id == check.id]
    ids = sorted(endpoints)
    for start in range(0, len(ids), PAGE):
        yield from _plan_page(check, asked, ids[start : start + PAGE], since, now)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many endpoints were recorded and turned, and which others changed in the meantime."""

    recorded: int
    turned: int
    overtaken: tuple[str, ...]


def carry_out(
    *, check: Check, shown: Sequence[Rejudged], since: datetime, now: datetime
) -> Applied:
    """Do what was shown: no endpoint is turned otherwise. Each page is one transaction."""
    recorded = turned = 0
    overtaken: list[str] = []
    for start in range(0, len(shown), PAGE):
        page = {each.endpoint_id: each for each in shown[start : start + PAGE]}
        done = _carry_out_page(check=check, shown=page, since=since, now=now)
        recorded, turned = recorded + done.recorded, turned + done.turned
        overtaken += done.overtaken
    return Applied(recorded, turned, tuple(overtaken))


@transaction.atomic
def _carry_out_page(
    *, check: Check, shown: dict[int, Rejudged], since: datetime, now: datetime
) -> Applied:
    # As a worker that stores does, so that neither overtakes the other: endpoints, then states.
    rows = Endpoint.objects.filter(pk__in=shown).order_by("pk").select_for_update(of=("self",))
    held = {row.pk: row for row in rows}
    asked = [(each, params) for each, params in asked_checks() if each.id == check.id]
    found = list(_plan_page(check, asked, sorted(held), since, now))
    same = [each for each in found if each.after.held is shown[each.endpoint_id].after.held]
    day = civil_date(now)
    book = SpellBook(held, day=day)
    _write_states(check, same, book, now)
    turned = book.write()
    _announce(check, turned, {each.endpoint_id: each for each in same}, held, now)
    if turned:
        why = book.causes(held.values())
        bells.ring(bells.facts_changed, product_ids=sorted(why), now=now, cause=why)
    gone = shown.keys() - {each.endpoint_id for each in same}
    return Applied(len(same), len(turned), tuple(shown[pk].url for pk in sorted(gone)))


def _plan_page(
    check: Check, asked: list, ids: list[int], since: datetime, now: datetime
) -> Iterator[Rejudged]:
    endpoints = Endpoint.objects.filter(pk__in=ids).order_by("pk")
    states = {row.endpoint_id: row for row in _states(check, ids)}
    book = SpellBook(ids, day=civil_date(now))
    visits = _visits(ids, since)
    bodies = _bodies(check, [visit for each in visits.values() for visit in each])
    for endpoint in endpoints:
        if not visits[endpoint.pk] or not check.applies_to(endpoint.profile):
            continue
        row = states.get(endpoint.pk)
        before = state_of(row) if row else book.first_state(endpoint.pk, check.id)
        judged = [(visit, _judge(endpoint, visit, asked, bodies)) for visit in visits[endpoint.pk]]
        yield Rejudged(
            endpoint_id=endpoint.pk,
            url=endpoint.url,
            before=before,
            after=_replayed(check, before, judged, now),
            visits=len(judged),
            differing=sum(_differs(check, visit, finding) for visit, finding in judged),
            finding=judged[-1][1],
        )


def _states(check: Check, ids: list[int]):
    return CheckState.objects.filter(endpoint__in=ids, check_id=check.id).order_by("pk")


def _visits(ids: list[int], since: datetime) -> dict[int, list[Probe]]:
    found: dict[int, list[Probe]] = defaultdict(list)
    for visit in Probe.objects.filter(endpoint__in=ids, at__gte=since).order_by("at", "pk"):
        found[visit.endpoint_id].append(visit)
    return found


def _bodies(check: Check, visits: list[Probe]) -> dict[str, bytes]:
    wanted = {
        visit.captures[name.value]["sha256"]
        for visit in visits
        for name in check.captures
        if name.value in visit.captures
    }
    rows = CaptureBody.objects.filter(pk__in=wanted - {""}).values_list("pk", "content")
    return {sha256: bytes(content) for sha256, content in rows}


def _judge(endpoint: Endpoint, visit: Probe, asked: list, bodies: dict[str, bytes]) -> Finding:
    seen = rebuild(
        url=endpoint.url,
        profile=Profile(endpoint.profile),
        at=visit.at,
        tls=visit.tls,
        captures=visit.captures,
        bodies=bodies,
        kept_headers=KEPT_HEADERS,
    )
    (finding,) = findings(seen, asked)
    return _honest(seen, finding)


def _honest(seen: Observation, finding: Finding) -> Finding:
    missed = missed_headers(seen)
    if not missed:
        return finding
    return replace(
        finding,
        result=Result.UNKNOWN,
        message="What this check reads was not stored, so it cannot be told.",
        expected="",
        actual=", ".join(sorted(missed)),
        where="headers",
        points=(),
        known_end=None,
    )


def _replayed(
    check: Check, before: State, judged: list[tuple[Probe, Finding]], now: datetime
) -> State:
    """Where the confirmation rules lead from what is held now, as if it had all come today."""
    state = State(held=before.held)
    for visit, finding in judged:
        state = advance(
            state,
            result=finding.result,
            at=visit.at,
            scheduled=visit.scheduled,
            confirmation=check.confirmation,
            known_end=finding.known_end,
        ).state
    if state.last_conclusive_at is None:
        # Nothing of what is stored says anything: what is held stays as it is.
        return before
    return sweep(state, at=now, freshness=check.freshness).state


def _differs(check: Check, visit: Probe, finding: Finding) -> bool:
    then = next((each for each in visit.findings if each["check"] == check.id), None)
    return then is None or then["result"] != finding.result.value


def _write_states(check: Check, found: list[Rejudged], book: SpellBook, now: datetime) -> None:
    day = civil_date(now)
    ids = [each.endpoint_id for each in found]
    locked = _states(check, ids).select_for_update(of=("self",))
    states = {row.endpoint_id: row for row in locked}
    for each in found:
        key = (each.endpoint_id, check.id)
        row = states.get(each.endpoint_id) or CheckState(
            endpoint_id=each.endpoint_id,
            check_id=check.id,
            result=each.before.held.value,
            since=book.held_since(*key),
        )
        moved = each.flips or each.before.known_end != each.after.known_end
        step = Step(each.after, turned=moved)
        write_state(row, step, day=day, finding=each.finding)
        row.basis = ""
        row.save()
        if step.turned:
            book.turn(*key, step.state)


def _announce(
    check: Check,
    turned: dict[int, list[dict]],
    found: dict[int, Rejudged],
    held: dict[int, Endpoint],
    now: datetime,
) -> None:
    actor = system_user(name="rejudge")
    for pk, turns in sorted(turned.items()):
        audit.record(
            actor=actor,
            action="probes.rejudged",
            subject=held[pk],
            now=now,
            detail={
                "check": check.id,
                "version": check.version,
                "visits": found[pk].visits,
                "turned": turns,
            },
        )
