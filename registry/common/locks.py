"""Locks that make running twice at once harmless."""

import zlib
from collections.abc import Iterable

from django.db import connection
from django.db.models import Model, QuerySet


def advisory(name: str) -> None:
    """Hold the named lock until this transaction ends, waiting for whoever holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])


def rows(queryset: QuerySet, ids: Iterable[int]) -> list[Model]:
    """Lock these rows in key order, so that two who want the same rows never deadlock."""
    return list(queryset.filter(pk__in=sorted(ids)).order_by("pk").select_for_update(of=("self",)))
