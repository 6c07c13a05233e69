"""What a change of facts asks for: a refresh at once, or one that is owed in rows."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from registry.catalogue.models import Product
from registry.common.causes import Because
from registry.compliance.services.owing import owe_refresh
from registry.compliance.services.refreshing import refresh


@transaction.atomic
def answer_changed_facts(*, product_ids: list[int] | None, now: datetime, cause: Because) -> None:
    """Refresh at once where that is small; owe it in rows otherwise (compliance.md).

    Small is `settings.REFRESH_AT_ONCE_MAX_PRODUCTS`. `product_ids=None` is every product. A load
    that must end refreshed whatever its size holds the bell back and calls `refresh` itself.
    """
    most = settings.REFRESH_AT_ONCE_MAX_PRODUCTS
    touched = Product.objects.count() if product_ids is None else len(set(product_ids))
    if touched <= most:
        refresh(product_ids=product_ids, now=now, cause=cause)
    else:
        owe_refresh(product_ids=product_ids, now=now, cause=cause)
