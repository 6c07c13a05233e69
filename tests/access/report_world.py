"""A machine's report in the world of the matrix, and the token that it was sent with."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.evidence import services as evidence
from registry.tokens import services as tokens
from tests.evidence.reports import inferno


def add_report_and_token(world) -> None:
    """A machine's report that was sent with a token, and the token."""
    owner = world.people["supplier_owner"]
    asked = {"by": owner, "now": world.now}
    world.things["token"], _ = tokens.make_token(
        supplier=world.supplier, name="Nightly", lasts=timedelta(days=90), **asked
    )
    editor = world.people["supplier_editor"]
    calendar = tokens.open_calendar(supplier=world.supplier, by=editor, now=world.now)
    # Fetched today already: otherwise the day of the first fetch is written down.
    tokens.note_fetched(address=calendar, now=world.now)
    content = inferno([("uk_core_patient", "pass"), ("unknown_test", "pass")])
    upload = SimpleUploadedFile("inferno.json", content)
    sent = evidence.send_report(product=world.product, upload=upload, send=True, **asked)
    world.things["reported"] = sent.submission
