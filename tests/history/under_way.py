"""A change that is made and not yet committed, while the story goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PATIENCE = 20


@contextmanager
def under_way(change: Callable[[], object]) -> Iterator[None]:
    """Within it `change` is made in a transaction of its own, which commits when it is left."""
    made, go_on = threading.Event(), threading.Event()

    def make():
        try:
            with transaction.atomic():
                change()
                made.set()
                assert go_on.wait(PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=make)
    thread.start()
    try:
        assert made.wait(PATIENCE)
        yield
    finally:
        go_on.set()
        thread.join(PATIENCE)
