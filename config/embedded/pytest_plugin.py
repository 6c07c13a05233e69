"""Gives each test run its own throw-away servers, before the settings are read.

Loaded with `-p config.embedded.pytest_plugin` (pyproject.toml): a conftest.py comes too late, as
pytest-django imports the settings first. The workers of pytest-xdist inherit the addresses; each
gets a database of its own from pytest-django.
"""

from contextlib import ExitStack

import pytest

from config.embedded import EmbeddedServerError, ensure_servers
from config.embedded.servers import local_unless_told

_open = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests():
    """A wrapper, so that it comes before pytest-django's hook of the same name."""
    local_unless_told()
    try:
        _open.enter_context(ensure_servers(throw_away=True))
    except EmbeddedServerError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    """The run is over: the servers go, and their folder with them."""
    _open.close()
