"""The burn-down of a standard: how many products stand how, Monday by Monday."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from registry.catalogue.models import Product
from registry.compliance.enums import Progress
from registry.compliance.rules.burn_down import Window
from registry.compliance.selectors.statement import sql
from registry.standards.models import Standard


@dataclass(frozen=True, slots=True)
class Week:
    """A Monday, and how many products stand how on it; every `Progress` has its number."""

    monday: date
    counts: dict[Progress, int]


def burn_down(
    standard: Standard, products: QuerySet[Product], *, window: Window, known_at: datetime | None
) -> list[Week]:
    """Count those of `products` of which `standard` is required, or which meet it, on some day of
    the window. They are the same every week, so the counts of each week have one sum. One query.
    """
    query, given = products.order_by().values("pk").query.sql_with_params()
    known, moment = "upper_inf(s.recorded)", []
    if known_at is not None:
        known, moment = "s.recorded @> %s::timestamptz", [known_at]
    statement = sql("burn_down.sql").format(known=known, products=query)
    asked = [standard.pk, window.since, window.until, window.weeks]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*asked, *moment, *given, Progress.values])
        rows = cursor.fetchall()
    weeks = [Week(monday, dict.fromkeys(Progress, 0)) for monday in window.mondays]
    for week, progress, count in rows:
        weeks[week].counts[Progress(progress)] = count
    return weeks
