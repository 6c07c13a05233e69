"""The database keeps every version of what answers rest on, and shows it as it was known."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import InternalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.catalogue.models import Claim, Product, Supplier
from registry.history.selectors import as_known, last_moment
from registry.history.services import close_moment, install, tick
from registry.history.services.installing import kept_models
from tests import factories

START = datetime(2026, 7, 1, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db


def names(moment):
    """The products as known at a moment: name by reference."""
    with as_known(moment):
        return dict(Product.objects.order_by("ref").values_list("ref", "name"))


def test_a_row_is_read_as_it_was_known_at_each_moment():
    product = factories.make_product("aldermoor-record", name="Record")
    tick(now=START)
    Product.objects.filter(pk=product.pk).update(name="Record 2")
    tick(now=START + MINUTE)
    product.delete()
    tick(now=START + 2 * MINUTE)

    assert names(START - MICROSECOND) == {}
    assert names(START) == {"aldermoor-record": "Record"}
    assert names(START + MINUTE - MICROSECOND) == {"aldermoor-record": "Record"}
    assert names(START + MINUTE) == {"aldermoor-record": "Record 2"}
    assert names(START + 2 * MINUTE) == {}
    assert names(None) == {}


def test_what_was_never_known_leaves_no_version():
    product = factories.make_product("aldermoor-record", name="Recrod")
    Product.objects.filter(pk=product.pk).update(name="Record")
    tick(now=START)
    assert names(START) == {"aldermoor-record": "Record"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history.catalogue_product WHERE id = %s", [product.pk])
        assert cursor.fetchone() == (1,)


def test_a_column_that_says_nothing_makes_no_version(now):
    endpoint = factories.make_endpoint(factories.make_product(), "https://a.example.test/r4")
    tick(now=START)
    type(endpoint).objects.filter(pk=endpoint.pk).update(due_at=now, last_probed_at=now)
    tick(now=START + MINUTE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT known_until FROM history.probes_endpoint WHERE id = %s", [endpoint.pk]
        )
        assert cursor.fetchall() == [(None,)]
    with as_known(START + MINUTE):
        # No visit was known then, whatever the row says.
        assert type(endpoint).objects.get(pk=endpoint.pk).last_probed_at is None


def test_related_rows_are_read_as_known_too():
    product = factories.make_product()
    capability = factories.make_capability()
    tick(now=START)
    claim = factories.make_claim(product, capability)
    tick(now=START + MINUTE)
    claim.delete()
    tick(now=START + 2 * MINUTE)
    for moment, found in [(START, []), (START + MINUTE, ["C13"]), (START + 2 * MINUTE, [])]:
        with as_known(moment):
            [seen] = Product.objects.prefetch_related("capabilities")
            assert [each.ref for each in seen.capabilities.all()] == found


def test_the_past_is_not_written():
    factories.make_supplier("aldermoor")
    tick(now=START)
    refused = pytest.raises(InternalError, match="never written")
    with refused, transaction.atomic(), as_known(START):
        Supplier.objects.update(name="Somebody else")
    assert Supplier.objects.get().name == "Aldermoor"


def test_after_a_look_into_the_past_everything_is_as_it_is_now():
    factories.make_product("aldermoor-record")
    tick(now=START)
    with as_known(START - MINUTE):
        assert not Product.objects.exists()
        with as_known(START):
            assert Product.objects.exists()
        assert not Product.objects.exists()
    assert Product.objects.exists()


def test_moments_only_move_forward():
    assert tick(now=START) == START
    # The parts of one change share a moment.
    assert tick(now=START) == START
    assert last_moment(now=START) == START
    close_moment()
    assert tick(now=START) == START + MICROSECOND
    assert tick(now=START - MINUTE) == START + 2 * MICROSECOND
    assert tick(now=START + MINUTE) == START + MINUTE
    assert last_moment(now=START) == START + MINUTE


def test_before_anything_has_changed_the_last_moment_is_now():
    assert last_moment(now=START) == START


def test_installing_again_does_nothing():
    assert install(using="default") is False


def test_a_column_that_is_added_later_is_kept_from_then_on():
    factories.make_supplier("aldermoor")
    tick(now=START)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalogue_supplier ADD COLUMN motto text")
        assert install(using="default") is True
        cursor.execute("UPDATE catalogue_supplier SET motto = 'Onward'")
        tick(now=START + MINUTE)
        seen = []
        for moment in (START, START + MINUTE):
            with as_known(moment):
                cursor.execute("SELECT name, motto FROM catalogue_supplier")
                seen += cursor.fetchall()
    assert seen == [("Aldermoor", None), ("Aldermoor", "Onward")]


def test_rows_from_before_their_past_was_kept_are_known_from_the_start():
    factories.make_supplier("aldermoor")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE history.catalogue_supplier CASCADE")
        cursor.execute("COMMENT ON SCHEMA history IS NULL")
    assert install(using="default") is True
    with as_known(START - 1000 * MINUTE):
        assert Supplier.objects.get().name == "Aldermoor"


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "rename", "remove", "tick"]), st.integers(0, 3)),
        max_size=25,
    )
)
def test_every_moment_shows_what_stood_there(db, steps):
    """Whatever was done, in whatever order: what was known equals what was read at the time."""
    with transaction.atomic():
        supplier = factories.make_supplier()
        snapshots, moment = [], START
        for number, (what, which) in enumerate(steps):
            ref = f"product-{which}"
            products = Product.objects.filter(ref=ref)
            if what == "add" and not products.exists():
                factories.make_product(ref, supplier=supplier, name=f"Name {number}")
            elif what == "rename":
                products.update(name=f"Name {number}")
            elif what == "remove":
                products.delete()
            elif what == "tick":
                moment += MINUTE
                tick(now=moment)
                snapshots.append((moment, names(None)))
        assert [(at, names(at)) for at, _ in snapshots] == snapshots
        transaction.set_rollback(True)


# What an answer does not rest on, and is therefore read as it is today.
READ_AS_TODAY = {
    "accounts", "audit", "history", "operations", "interchange", "account", "mfa", "auth",
    "contenttypes", "sessions", "whatif", "notifications",
}  # fmt: skip
AS_TODAY = {
    "SupplierMembership": "who acts for whom is asked of today",
    "FormerMembership": "is never changed; who may assess is asked of today",
    "Invitation": "who is asked to act for whom is asked of today",
    "BuyerMembership": "who buys for whom is asked of today",
    "EvidenceFile": "a file is handed out, or not, by who asks today",
    "QuestionnaireAnswers": "only a draft's change, and a draft is no answer to anybody",
    "AlsoFor": "part of a draft, which nobody but its supplier sees",
    "Interest": "who may assess is asked of today",
    "Message": "is never changed, and read by who asks today",
    "MessageFile": "a file is handed out, or not, by who asks today",
    "StoredContent": "is never changed; what the scanner said of it is asked of today",
    "MachineReport": "is never changed, and read through its submission",
    "ApiToken": "who may act for a supplier is asked of today",
    "CalendarAddress": "who may read a calendar is asked of today",
    "CaptureBody": "is never changed: its key is its content",
    "Host": "what a host asks of us is heeded today",
    "OlderTlsRefusal": "what need not be asked today; the visits say what was known",
    "Precheck": "is no evidence: nothing that is known rests on it, and it goes after a month",
    "Change": "is never changed, and read through its revision",
    "VerdictChange": "is never changed, and read through its revision",
    "Stretch": "a copy of what is known now, for lists; the past is read from spells",
    "RefreshOwed": "work that is owed, not what is known",
    "RefreshRun": "work that is owed, not what is known",
}


def test_every_model_says_how_its_past_is_kept():
    from django.apps import apps

    kept = set(kept_models())
    silent = [
        model.__name__
        for model in apps.get_models()
        if model not in kept and model._meta.app_label not in READ_AS_TODAY
    ]
    assert sorted(silent) == sorted(AS_TODAY)
    assert Claim in kept
