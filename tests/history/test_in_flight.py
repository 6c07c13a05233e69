"""An answer that is given once can be given again, whatever was being written meanwhile."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from registry.catalogue.models import Product
from registry.history.selectors import as_known, last_moment
from registry.history.services import tick
from tests import factories
from tests.history.under_way import under_way

START = datetime(2026, 7, 1, 11, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_yet_seen_is_not_seen_later_either():
    """Its clock was read first, but it is committed after the answer was given."""
    factories.make_product("seen")
    tick(now=START)

    def slowly():
        factories.make_product("slow")
        tick(now=START + timedelta(seconds=1))

    with under_way(slowly):
        named = last_moment(now=START + timedelta(seconds=5))
        with as_known(named):
            first = list(Product.objects.values_list("ref", flat=True))

    assert Product.objects.count() == 2
    with as_known(named):
        assert list(Product.objects.values_list("ref", flat=True)) == first == ["seen"]


@pytest.mark.django_db(transaction=True)
def test_changes_of_many_at_once_each_have_a_moment_of_their_own():
    moments, lock = [], threading.Lock()

    def change(number):
        try:
            with transaction.atomic():
                factories.make_supplier(f"supplier-{number}")
                moment = tick(now=START)
            with lock:
                moments.append(moment)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(moments)) == 8
    assert max(moments) == last_moment(now=START)
