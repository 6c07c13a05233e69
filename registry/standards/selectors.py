"""Questions about standards and their dates."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchVector
from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Lower

from registry.standards.enums import Level, Standing
from registry.standards.models import Criterion, Standard, StandardScope, StandardVersion
from registry.standards.rules import national_number


def every_standard() -> QuerySet[Standard]:
    """Every standard, by code. They are public."""
    return Standard.objects.order_by("code")


def find(code: str) -> Standard | None:
    """The standard under this code, or under another board's code of the same four digits."""
    if "\x00" in code:
        return None
    standard = Standard.objects.filter(code__iexact=code.strip()).first()
    if standard is None and (number := national_number(code)):
        standard = Standard.objects.filter(national_number=number).first()
    return standard


def with_standing(queryset: QuerySet[Standard], *, on: date) -> QuerySet[Standard]:
    """Annotates `standing` (a value of `Standing`) and `next_mandatory` (a date or None)."""
    scopes = StandardScope.objects.filter(standard=OuterRef("pk"))
    return queryset.annotate(
        standing=Case(
            When(Exists(scopes.filter(required__contains=on)), then=Value(Standing.MANDATORY)),
            When(Exists(scopes.filter(required__startswith__gt=on)), then=Value(Standing.COMING)),
            When(Exists(scopes), then=Value(Standing.ENDED)),
            default=Value(Standing.ADVISORY),
            output_field=TextField(),
        ),
        next_mandatory=Subquery(
            scopes.filter(required__startswith__gt=on)
            .order_by("required__startswith")
            .values("required__startswith")[:1]
        ),
    )


def matching(queryset: QuerySet[Standard], text: str) -> QuerySet[Standard]:
    """Standards whose code, name, owner or summary holds the words typed."""
    wanted = Q(code__icontains=text) | Q(name__icontains=text) | Q(words=text)
    if number := national_number(text):
        wanted |= Q(national_number=number)
    words = SearchVector("name", "owner", "summary", config="english")
    return queryset.alias(words=words).filter(wanted)


def whole(code: str) -> Standard | None:
    """A standard with its versions, criteria, scopes and successor, in a fixed number of queries.

    Versions come newest accepted first, criteria MUST before SHOULD before MAY.
    """
    found = find(code)
    return detailed(Standard.objects.filter(pk=found.pk)).get() if found else None


def detailed(queryset: QuerySet[Standard]) -> QuerySet[Standard]:
    """The same for many."""
    order = [When(level=level, then=Value(place)) for place, level in enumerate(Level)]
    criteria = Criterion.objects.annotate(place=Case(*order)).order_by("place", "code")
    versions = StandardVersion.objects.order_by("-accepted", "-version").prefetch_related(
        Prefetch("criteria", queryset=criteria)
    )
    scopes = StandardScope.objects.select_related("capability").order_by(
        Lower("capability__name"), "required"
    )
    return queryset.select_related("superseded_by").prefetch_related(
        Prefetch("versions", queryset=versions), Prefetch("scopes", queryset=scopes), "supersedes"
    )


@dataclass(frozen=True)
class Coming:
    """A day on which a standard becomes mandatory, and how many scope rows say so."""

    day: date
    code: str
    name: str
    scopes: int


def next_mandatory_days(*, on: date, limit: int) -> list[Coming]:
    """The next days after `on` on which a standard becomes mandatory for somebody."""
    rows = (
        StandardScope.objects.filter(required__startswith__gt=on)
        .values_list("required__startswith", "standard__code", "standard__name")
        .annotate(scopes=Count("pk"))
        .order_by("required__startswith", "standard__code")[:limit]
    )
    return [Coming(day, code, name, scopes) for day, code, name, scopes in rows]


def mandatory_count(*, on: date) -> int:
    """How many standards are required of some product, or would be, on `on`."""
    return StandardScope.objects.filter(required__contains=on).values("standard").distinct().count()
