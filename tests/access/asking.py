"""Asking an address as somebody, and seeing whether anything changed."""

from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.ways import NO_METHOD, OK, REFUSED, SIGN_IN, UNSEEN, Way
from tests.access.world import World

_WORDS = {403: REFUSED, 404: UNSEEN, 405: NO_METHOD}
# A page, an errand taken on, a redirect, or the form or the rule that says what is wrong.
_LET_IN = {200, 201, 202, 302, 303, 400, 409}
# Sessions come and go with every visit.
_PASSING = {"django_session"}


def every_pattern() -> dict[str, str]:
    """Every address of the resolver: its name (its route, if it has none) to its route."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns, prefix: str):
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield one.name or route, route


def address(way: Way, world: World, *, missing: bool = False) -> str:
    """The address of `way`; with `missing`, of a thing that does not exist."""
    kwargs = way.kwargs(world)
    if missing:
        kwargs = {key: _nothing_like(value) for key, value in kwargs.items()}
    if "<" in way.name:
        path = "/" + way.name.partition("<")[0] + "".join(kwargs.values())
    else:
        path = reverse(way.name, kwargs=kwargs)
    return f"{path}?{way.query}" if way.query else path


def _nothing_like(value: str | int | UUID) -> str | int | UUID:
    if isinstance(value, UUID):
        return UUID(int=987654321)
    return 987654321 if isinstance(value, int) else "nothing-like-this"


class Visitors:
    """A browser for each person, signed in once."""

    def __init__(self, world: World):
        self.clients = {role: Client() for role in world.people}
        for role, person in world.people.items():
            if person is not None:
                self.clients[role].force_login(person, "django.contrib.auth.backends.ModelBackend")
        self.cookies = {role: client.cookies.copy() for role, client in self.clients.items()}

    def ask(self, role: str, method: str, path: str, data: dict | None = None) -> HttpResponse:
        """What `role` is answered. Whatever is written stays for the caller to see."""
        client = self.clients[role]
        # Signing out in an earlier visit was undone in the database, so it is here.
        client.cookies = self.cookies[role].copy()
        return getattr(client, method.lower())(path, data if data is not None else {})


def outcome(response: HttpResponse) -> str:
    """The answer in the words of the table."""
    status = response.status_code
    if status == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    return OK if status in _LET_IN else _WORDS.get(status, str(status))


def body(response: HttpResponse) -> str:
    """All that is sent: the headers, and the page or the file."""
    content = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{content.decode(errors='replace')}"


class Undone:
    """Everything written within is undone at the end."""

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *error) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(*error)


def checksum() -> dict[str, tuple[int, int]]:
    """Rows and a checksum of every table, in one statement, which is planned once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = 'checksum'")
        if not cursor.fetchall():
            cursor.execute(f"PREPARE checksum AS {_statement()}")
        cursor.execute("EXECUTE checksum")
        return {table: (rows, total) for table, rows, total in cursor.fetchall()}


def changed(before: dict, after: dict) -> list[str]:
    """The tables that differ."""
    return sorted(table for table in before if before[table] != after[table])


def _statement() -> str:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return " UNION ALL ".join(
        f"""SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)
            FROM "{table}" AS t"""
        for table in sorted(tables - _PASSING)
    )
