"""Drafts: who sees which, what they say, and what they can be made to say."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from psycopg2.extras import DateRange

from procurement.whatif.enums import Action, ChangeKind, DraftState
from procurement.whatif.models import Draft, DraftChange
from registry.common.formatting import format_period
from registry.common.periods import as_pair
from registry.compliance.models import Dispensation
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.standards.models import Criterion, Standard, StandardScope, StandardVersion


def drafts_for(user) -> QuerySet[Draft]:
    """The drafts that `user` sees, newest first, each with its number of `changes_made`."""
    return (
        Draft.objects.visible_to(user)
        .select_related("created_by", "proposed_by", "decided_by")
        .annotate(changes_made=Count("changes"))
        .order_by("-created_at", "-pk")
    )


def draft_seen_by(user, pk: int) -> Draft | None:
    """The draft, where there is one that `user` may see."""
    return drafts_for(user).filter(pk=pk).first()


def others_to_compare(draft: Draft, user) -> QuerySet[Draft]:
    """The other drafts that something can still come of."""
    return drafts_for(user).live().exclude(pk=draft.pk)


def changes_of(draft: Draft) -> list[DraftChange]:
    """The changes of a draft in their order, with what they name."""
    rows = DraftChange.objects.filter(draft=draft)
    return list(rows.select_related("standard", "capability", "product").order_by("pk"))


def is_of_another(draft: Draft, change_id: int) -> bool:
    """Whether the change of that key is one of another draft."""
    return DraftChange.objects.filter(pk=change_id).exclude(draft=draft).exists()


def digest(changes: Iterable[DraftChange]) -> str:
    """What changes say, and the criteria that they would copy, as one SHA-256.

    It differs as soon as a change, or what a new edition would demand, is another.
    """
    told = [
        [
            change.kind,
            change.standard.code,
            change.version,
            change.copied_from,
            change.capability.ref if change.capability else None,
            change.product.ref if change.product else None,
            as_pair(change.was) if change.was else None,
            as_pair(change.period) if change.period else None,
            [change.criterion, change.ways_were, change.ways],
            _criteria(change),
        ]
        for change in changes
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _criteria(change: DraftChange) -> list:
    if change.kind != ChangeKind.ADD_VERSION:
        return []
    rows = Criterion.objects.filter(
        version__standard=change.standard_id, version__version=change.copied_from
    )
    return [
        [
            row.code,
            row.level,
            row.text,
            row.proofs,
            row.check_id,
            row.check_params,
            row.requirements,
        ]
        for row in rows.order_by("code")
    ]


def actions(draft: Draft, user) -> set[Action]:
    """What `user` may do with a draft that they see, as it stands."""
    if draft.state == DraftState.DRAFT:
        proposable = {Action.PROPOSE} if draft.changes.exists() else set()
        return {Action.CHANGE, Action.DISCARD} | proposable
    if draft.state == DraftState.PROPOSED:
        own = draft.proposed_by_id == user.pk
        return {Action.TAKE_BACK} if own else {Action.TAKE_BACK, Action.PUBLISH, Action.REJECT}
    return set()


def resting_on(criterion: Criterion, *, forms: Collection[str]) -> Submission | None:
    """Evidence of one of these forms that was accepted for the criterion, if there is any."""
    rows = Submission.objects.filter(
        spoken_to__criterion=criterion.pk, state=SubmissionState.ACCEPTED, form__in=list(forms)
    )
    return rows.order_by("ref").first()


@dataclass(frozen=True)
class Offer:
    """Something of a standard that a change can be about, and what it is called in words.

    `key` stands in addresses. A criterion has no period, and stands under the edition `version`,
    which the draft may be about to add.
    """

    key: str
    words: str
    period: DateRange | None
    thing: StandardVersion | StandardScope | Dispensation | Criterion
    version: str = ""


def offers(
    kind: ChangeKind, standard: Standard, changes: Sequence[DraftChange] = ()
) -> list[Offer]:
    """What a change of this kind could be about: editions, scope rows, dispensations, criteria.

    `changes` are those of the draft so far: an edition that it adds has criteria too.
    """
    if kind == ChangeKind.CHANGE_WAYS:
        return _criteria_offered(standard, changes)
    if kind in (ChangeKind.ADD_VERSION, ChangeKind.CHANGE_ACCEPTED):
        rows = standard.versions.order_by("-accepted", "-version")
        return [_offer(x, f"Edition {x.version}", x.accepted) for x in rows]
    if kind == ChangeKind.CHANGE_REQUIRED:
        rows = standard.scopes.select_related("capability").order_by("required", "pk")
        return [
            _offer(x, x.capability.name if x.capability else "Every product", x.required)
            for x in rows
        ]
    if kind == ChangeKind.SHORTEN_DISPENSATION:
        rows = standard.dispensations.select_related("product__supplier")
        return [
            _offer(x, f"{x.product.name} ({x.product.supplier.name})", x.period)
            for x in rows.order_by("product__name", "period")
        ]
    return []


def _offer(thing, words: str, period: DateRange) -> Offer:
    return Offer(str(thing.pk), f"{words}: {format_period(period)}", period, thing)


def _criteria_offered(standard: Standard, changes: Sequence[DraftChange]) -> list[Offer]:
    editions = standard.versions.order_by("-accepted", "-version").prefetch_related("criteria")
    held = {edition.version: list(edition.criteria.all()) for edition in editions}
    found = [
        _criterion_offered(f"{change.pk}-{each.pk}", change.version, each)
        for change in changes
        if change.kind == ChangeKind.ADD_VERSION and change.standard_id == standard.pk
        for each in held.get(change.copied_from, ())
    ]
    return found + [
        _criterion_offered(str(each.pk), version, each)
        for version, criteria in held.items()
        for each in criteria
    ]


def _criterion_offered(key: str, version: str, criterion: Criterion) -> Offer:
    words = f"Edition {version}, {criterion.code}: {criterion.text}"
    return Offer(key, words, None, criterion, version)
