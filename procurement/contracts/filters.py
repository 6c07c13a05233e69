"""Which contracts of a buyer's desk are shown."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Count, F, Q, QuerySet

from procurement.contracts.models import Contract
from procurement.contracts.selectors import with_first_lapse


class Show(models.TextChoices):
    """The parts of the desk; the values stand in its address."""

    ALL = "all", "All running or to come"
    AT_RISK = "at_risk", "Not compliant, now or later"
    OK = "ok", "No lapse foreseen"
    OVER = "over", "Over"


@dataclass(frozen=True)
class Part:
    """A part of the desk with how many contracts it holds."""

    show: Show
    count: int
    chosen: bool


def chosen_part(value: str | None) -> Show:
    """What `?show=` asks for; anything unknown shows all."""
    return Show(value) if value in Show.values else Show.ALL


def part(
    contracts: QuerySet[Contract], show: Show, *, on: date, known_at: datetime | None
) -> QuerySet[Contract]:
    """The contracts of a part, by the day they stop being compliant; the others by their end."""
    if show == Show.OVER:
        return contracts.over(on=on).order_by("-term", "ref")
    current = with_first_lapse(contracts.not_over(on=on), on=on, known_at=known_at)
    if show == Show.AT_RISK:
        current = current.filter(first_lapse__isnull=False)
    elif show == Show.OK:
        current = current.filter(first_lapse__isnull=True)
    return current.order_by(
        F("first_lapse").asc(nulls_last=True), F("value").desc(nulls_last=True), "ref"
    )


def parts(
    contracts: QuerySet[Contract], chosen: Show, *, on: date, known_at: datetime | None
) -> list[Part]:
    """Every part with its count; two queries."""
    current = with_first_lapse(contracts.not_over(on=on), on=on, known_at=known_at).aggregate(
        all=Count("pk"), at_risk=Count("pk", filter=Q(first_lapse__isnull=False))
    )
    counts = {
        Show.ALL: current["all"],
        Show.AT_RISK: current["at_risk"],
        Show.OK: current["all"] - current["at_risk"],
        Show.OVER: contracts.over(on=on).count(),
    }
    return [Part(show, counts[show], show == chosen) for show in Show]
