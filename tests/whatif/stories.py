"""What the stories of what-if have in common."""

from django.apps import apps
from django.db import connection

from procurement.whatif import selectors, services
from procurement.whatif.enums import ChangeKind
from procurement.whatif.models import Draft, DraftChange
from procurement.whatif.services import Wanted
from registry.common.periods import period


def every_row() -> dict[str, tuple]:
    """How many rows each table has, and a checksum of what they say."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"""SELECT '{table}', count(*),
                    coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)
                FROM public."{table}" AS t"""
                for table in tables
            )
        )
        return {table: (rows, total) for table, rows, total in cursor.fetchall()}


def scope_wanted(standard, days, *, capability=None, was=None) -> Wanted:
    """The standard is required over `days`; with `was`, instead of over those."""
    kind = ChangeKind.CHANGE_REQUIRED if was else ChangeKind.ADD_SCOPE
    return Wanted(
        kind=kind,
        standard=standard,
        capability=capability,
        was=was and period(*was),
        period=period(*days),
    )


def accepted_wanted(standard, version: str, was, days) -> Wanted:
    """The edition counts over `days` instead of over `was`."""
    return Wanted(
        kind=ChangeKind.CHANGE_ACCEPTED,
        standard=standard,
        version=version,
        was=period(*was),
        period=period(*days),
    )


def version_wanted(standard, version: str, copied_from: str, days) -> Wanted:
    """A new edition with the criteria of another."""
    return Wanted(
        kind=ChangeKind.ADD_VERSION,
        standard=standard,
        version=version,
        copied_from=copied_from,
        period=period(*days),
    )


def excuse_wanted(product, standard, was, days) -> Wanted:
    """The product is excused over `days` instead of over `was`."""
    return Wanted(
        kind=ChangeKind.SHORTEN_DISPENSATION,
        standard=standard,
        product=product,
        was=period(*was),
        period=period(*days),
    )


def add(draft: Draft, *wanted: Wanted, by, now) -> list[DraftChange]:
    """Add changes to the draft."""
    return [services.add_change(draft=draft, wanted=each, by=by, now=now) for each in wanted]


def look(draft: Draft, *, on, **pages) -> services.Preview:
    """What the draft would do."""
    return services.preview(selectors.changes_of(draft), on=on, **pages)


def publish(draft: Draft, *, first, second, now) -> Draft:
    """One editor proposes, the other publishes."""
    held = services.propose(draft=draft, by=first, now=now)
    seen = held.proposed_as
    return services.publish(draft=held, seen=seen, reason="It is time.", by=second, now=now)


def page_text(page) -> str:
    """What a page says, its white space joined."""
    return " ".join(page.content.decode().split())
