"""What a change of facts asks for: a refresh at once, at the end of a load, or owed in rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from registry.catalogue.models import Product
from registry.compliance.services.owing import owe_refresh
from registry.compliance.services.refreshing import refresh


@dataclass(slots=True)
class _Gathered:
    """The products whose facts changed inside `refreshed_once`."""

    product_ids: set[int] = field(default_factory=set)
    everyone: bool = False

    def add(self, product_ids: list[int] | None) -> None:
        """Remember some products, or with `None` all."""
        if product_ids is None:
            self.everyone = True
        else:
            self.product_ids.update(product_ids)


_gathering: ContextVar[_Gathered | None] = ContextVar("compliance_gathering", default=None)


@contextmanager
def refreshed_once(*, now: datetime, cause: str) -> Iterator[None]:
    """A transaction with one refresh at its end, at once, however many facts change inside.

    For loads: a hundred thousand lines would otherwise refresh their product each, and every
    step in between would be recorded as if the register had ever held it true.
    """
    if _gathering.get() is not None:
        yield
        return
    gathered = _Gathered()
    with transaction.atomic():
        token = _gathering.set(gathered)
        try:
            yield
        finally:
            _gathering.reset(token)
        wanted = None if gathered.everyone else sorted(gathered.product_ids)
        refresh(product_ids=wanted, now=now, cause=cause)


def facts_changed(*, product_ids: list[int] | None, now: datetime, cause: str) -> None:
    """Refresh at once where that is small; owe it in rows otherwise (compliance.md).

    Small is `settings.REFRESH_AT_ONCE_MAX_PRODUCTS`. `product_ids=None` is every product.
    """
    gathered = _gathering.get()
    if gathered is not None:
        gathered.add(product_ids)
        return
    most = settings.REFRESH_AT_ONCE_MAX_PRODUCTS
    touched = Product.objects.count() if product_ids is None else len(set(product_ids))
    if touched <= most:
        refresh(product_ids=product_ids, now=now, cause=cause)
    else:
        owe_refresh(product_ids=product_ids, now=now, cause=cause)
