"""Questions about endpoints, their visits and what their checks found."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Min, Prefetch, QuerySet

from registry.catalogue.models import Product
from registry.common.periods import civil_date
from registry.operations.backlogs import Backlog
from registry.probes.checks import Check, all_checks, get_check
from registry.probes.checks.base import BadParameters, UnknownCheck
from registry.probes.client import Job
from registry.probes.models import CheckSpell, CheckState, Endpoint, OlderTlsRefusal, Probe
from registry.probes.rules.confirmation import turns_often
from registry.probes.rules.observation import Refusal
from registry.probes.rules.profiles import Profile
from registry.probes.rules.schedule import OLDER_TLS_ASKED_EVERY
from registry.probes.rules.urls import origin_of
from registry.standards.models import Criterion


def asked_checks() -> list[tuple[Check, dict]]:
    """Every check with every set of parameters that a criterion asks it with.

    A check that no criterion asks for runs with its defaults, for the endpoint's page, unless
    they ask for nothing.
    """
    asked: dict[str, list[dict]] = {}
    criteria = Criterion.objects.exclude(check_id="").order_by("check_id", "pk")
    for check_id, params in criteria.values_list("check_id", "check_params"):
        complete = _complete(check_id, params)
        if complete is not None and complete not in asked.setdefault(check_id, []):
            asked[check_id].append(complete)
    return [
        (check, params)
        for check in all_checks()
        for params in asked.get(check.id) or _unasked(check)
    ]


def unasked_checks() -> list[tuple[Check, dict]]:
    """Every check with its defaults, but for those that ask for nothing by themselves."""
    return [(check, params) for check in all_checks() for params in _unasked(check)]


def _unasked(check: Check) -> list[dict]:
    return [] if check.on_demand else [check.complete({})]


def _complete(check_id: str, params: dict) -> dict | None:
    """`None` for a criterion whose check this release does not know or cannot ask so."""
    try:
        return get_check(check_id).complete(params)
    except (UnknownCheck, BadParameters):
        return None


def claimed_jobs(*, ids: Iterable[int], claim: UUID, now: datetime) -> list[Job]:
    """What a worker holding `claim` has to visit; nothing when the claim is no longer its.

    Nor what was paused, or whose maintenance began, while the batch waited for a worker.
    """
    rows = Endpoint.objects.filter(pk__in=list(ids), claim=claim).probed(now=now).order_by("pk")
    found = list(rows.values_list("pk", "url", "host", "profile", "asked_at", "last_probed_at"))
    refused = _refusals({origin_of(url) for _, url, *_ in found}, now)
    return [
        Job(
            key=pk,
            url=url,
            host=host,
            profile=Profile(profile),
            # Whoever asks for a visit wants to know how things are now.
            refused=None if is_asked(asked, probed) else refused.get(origin_of(url)),
        )
        for pk, url, host, profile, asked, probed in found
    ]


def is_asked(asked_at: datetime | None, last_probed_at: datetime | None) -> bool:
    """Whether somebody asked for a visit that was not made yet."""
    return asked_at is not None and (last_probed_at is None or asked_at > last_probed_at)


def _refusals(origins: set[str], now: datetime) -> dict[str, Refusal]:
    """Which of these servers refused older TLS within the last day."""
    lately = OlderTlsRefusal.objects.filter(asked_at__gt=now - OLDER_TLS_ASKED_EVERY)
    rows = lately.filter(pk__in=origins, asked_at__lte=now)
    return {row.origin: Refusal(row.asked_at, row.detail, row.certificate) for row in rows}


def backlog(*, now: datetime) -> Backlog:
    """How many endpoints are owed a visit, and since when the oldest of them."""
    owed = Endpoint.objects.owed(now=now, on=civil_date(now))
    return Backlog(owed=owed.count(), oldest=owed.aggregate(oldest=Min("due_at"))["oldest"])


def waiting_for_an_officer(user) -> QuerySet[Endpoint]:
    """The endpoints that nobody has vouched for yet, as far as `user` may see them."""
    return Endpoint.objects.visible_to(user).unproved().select_related("product__supplier")


def vouching_backlog() -> Backlog:
    """How many endpoints wait for an officer to vouch; when they were registered is not kept."""
    return Backlog(owed=Endpoint.objects.unproved().count())


def endpoint_ids(*, check: Check, url: str | None) -> list[int]:
    """The endpoints that a check speaks of; with `url`, of those only the ones at that address."""
    rows = Endpoint.objects.filter(profile__in=check.profiles).order_by("pk")
    return list((rows.filter(url=url) if url else rows).values_list("pk", flat=True))


def strays_backlog() -> Backlog:
    """How many visits wait for a partition to be made for their month: none, while all is well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM probes_probe_other")
        owed, oldest = cursor.fetchone()
    return Backlog(owed=owed, oldest=oldest)


def visible(user, pk: int) -> Endpoint | None:
    """The endpoint, if `user` may see it."""
    rows = Endpoint.objects.visible_to(user).select_related("product__supplier", "vouched_by")
    return rows.filter(pk=pk).first()


def recent_visits(endpoint: Endpoint, *, most: int) -> list[Probe]:
    """The last visits, newest first."""
    return list(endpoint.probes.all()[:most])


def states_of(endpoint: Endpoint) -> list[CheckState]:
    """What is held of each check, by check."""
    return list(endpoint.check_states.order_by("check_id"))


def spells_of(endpoint: Endpoint) -> list[CheckSpell]:
    """Every confirmed spell, by check and time."""
    return list(endpoint.check_spells.order_by("check_id", "period"))


def product_of(user, ref: str) -> Product | None:
    """The product, if `user` may see it."""
    return Product.objects.visible_to(user).select_related("supplier").filter(ref=ref).first()


def endpoints() -> QuerySet[Endpoint]:
    """Endpoints by product and address, with what is held of each check, in two queries."""
    states = CheckState.objects.order_by("check_id")
    return (
        Endpoint.objects.select_related("product")
        .prefetch_related(Prefetch("check_states", queryset=states))
        .order_by("product__ref", "url")
    )


def endpoints_visible_to(user) -> QuerySet[Endpoint]:
    """The same, of products that `user` may see."""
    return endpoints().visible_to(user)


def is_flapping(row: CheckState) -> bool:
    """Whether the check's results turn too often to be relied on."""
    return turns_often(row.recent)
