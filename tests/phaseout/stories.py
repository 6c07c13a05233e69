"""What the stories of phase-out have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from threading import Barrier, Thread

from django.db import connection

from procurement.phaseout import receivers, services
from procurement.phaseout.enums import NoticeBasis
from procurement.phaseout.models import Case, CaseStep, Notice
from registry.accounts.models import User
from registry.audit.models import Event
from registry.catalogue.models import Product
from registry.common import bells
from registry.compliance import services as compliance
from registry.standards.models import Standard
from tests import factories
from tests.factories import A_STORY


def make_document_standard(code: str = "DCB0129", **fields) -> Standard:
    """A standard of every product, with one document to show."""
    standard = factories.make_standard(code, **fields)
    factories.make_criterion(factories.make_version(standard))
    return standard


def make_proved(product: Product, standard: Standard, *, valid=factories.ALWAYS):
    """`product` shows the document of `standard` over `valid`."""
    [version] = standard.versions.all()
    return factories.make_proof(product, version.criteria.get(), valid=valid)


def refresh(*products: Product, now: datetime) -> None:
    """Timelines are computed, the bell rings, and cases are flagged."""
    compliance.refresh(product_ids=[x.pk for x in products], now=now, cause=A_STORY)


@contextmanager
def nobody_flags() -> Iterator[None]:
    """Within it timelines change and no case is opened."""
    bells.spells_changed.disconnect(dispatch_uid="phaseout.flag")
    try:
        yield
    finally:
        bells.spells_changed.connect(receivers.flag_changed, dispatch_uid="phaseout.flag")


def make_case(
    *, now: datetime, ref: str = "aldermoor-record", lapses: date = date(2026, 9, 1), code="DCB0129"
) -> Case:
    """A flagged case: the product's only document ends on `lapses`."""
    product = factories.make_product(ref)
    standard = Standard.objects.filter(code=code).first() or make_document_standard(
        code, legal_basis="Health and Social Care Act 2012, section 250"
    )
    make_proved(product, standard, valid=(None, lapses))
    refresh(product, now=now)
    return Case.objects.get(product=product, standard=standard)


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """What `work(n)` answers, or raises, when `count` threads do it at the same moment."""
    barrier, answers = Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            answers[number] = work(number)
        except Exception as error:  # noqa: BLE001 - the story asserts what was raised
            answers[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


RESPOND_BY = date(2026, 8, 10)


def propose(case: Case, by: User, now: datetime, **changes) -> Notice:
    """A notice that fits, but for `changes`."""
    facts = {
        "text": "Show the document.",
        "basis": NoticeBasis.LISTING_TERMS,
        "respond_by": RESPOND_BY,
    }
    return services.propose_notice(case=case, by=by, now=now, **(facts | changes))


def facts() -> tuple[list, ...]:
    """Everything that a refusal must leave as it was."""
    return tuple(
        list(model.objects.order_by("pk").values()) for model in (Case, CaseStep, Notice, Event)
    )
