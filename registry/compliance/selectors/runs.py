"""How far mass changes are worked in. Nothing is counted twice: what is left is the rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from registry.catalogue.models import Product
from registry.common.causes import Cause, in_words, once
from registry.compliance.models import RefreshOwed, RefreshRun
from registry.operations.backlogs import Progress


@dataclass(frozen=True, slots=True)
class Failing:
    """A product that could not be computed, how often it was tried, and what the database said."""

    product: Product
    attempts: int
    retry_at: datetime | None
    last_error: str


def unfinished_runs() -> QuerySet[RefreshRun]:
    """Runs that still owe something, oldest first; `.left` products, `.failed` of them tried
    in vain. One query.
    """
    return (
        RefreshRun.objects.filter(finished_at=None)
        .annotate(left=Count("owed"), failed=Count("owed", filter=~Q(owed__last_error="")))
        .order_by("since", "pk")
    )


def finished_runs(*, most: int) -> QuerySet[RefreshRun]:
    """The latest runs that are done."""
    return RefreshRun.objects.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")[
        :most
    ]


def failing_products(*, most: int) -> list[Failing]:
    """Products that the database refused to compute, the most tried first. Two queries."""
    rows = list(
        RefreshOwed.objects.exclude(last_error="")
        .values("product")
        .annotate(tries=Max("attempts"), at=Min("retry_at"), error=Max("last_error"))
        .order_by("-tries", "product")[:most]
    )
    products = Product.objects.in_bulk([row["product"] for row in rows])
    return [
        Failing(products[row["product"]], row["tries"], row["at"], row["error"]) for row in rows
    ]


def progress() -> list[Progress]:
    """The unfinished runs, for the status page."""
    return [progress_of(run) for run in unfinished_runs()]


def progress_of(run: RefreshRun) -> Progress:
    """How far a run of `unfinished_runs` is."""
    return Progress(
        label=in_words(run.why),
        unit="product",
        done=run.total - run.left,
        total=run.total,
        since=run.since,
        started_at=run.started_at,
        failed=run.failed,
    )


def causes_owed(product: Product) -> list[Cause]:
    """Why this product is to be computed again, oldest first; empty when it is not."""
    rows = RefreshOwed.objects.filter(product=product).select_related("run").order_by("run")
    return once(cause for row in rows for cause in row.why)


def owed_among(products: QuerySet[Product]) -> int:
    """How many of `products` are to be computed again."""
    owed = RefreshOwed.objects.filter(product__in=products.order_by().values("pk"))
    return owed.values("product").distinct().count()
