"""What a draft proves: criteria of several standards, for several products of one supplier."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import RuleBroken
from registry.evidence.enums import SubmissionState
from registry.evidence.models import AlsoFor, Submission, SubmissionCriterion
from registry.evidence.rules.completeness import OF_ONE_PRODUCT
from registry.evidence.services.checks import accepting_criteria, locked
from registry.standards.enums import Form
from registry.standards.models import Criterion

# Criteria (primary keys) by product (primary key).
Chosen = Mapping[int, Collection[int]]


@transaction.atomic
def choose(*, submission: Submission, chosen: Chosen, by: User, now: datetime) -> Submission:
    """Make the draft prove exactly what is `chosen`, nothing included.

    The draft stays of its product while something is chosen for that; otherwise it becomes the
    first other product's. `RuleBroken` when a product is not the supplier's, is withdrawn, or
    the form is about one product alone; when a criterion does not accept the form.
    """
    require_acts_for(by, submission.product.supplier)
    row = locked(submission, SubmissionState.DRAFT)
    put_choice(row, chosen)
    audit.record(actor=by, action="evidence.chosen", subject=row, now=now)
    return row


def put_choice(row: Submission, chosen: Chosen) -> None:
    """Write the choice of a locked draft; the caller has asked whether it may."""
    wanted = {product_id: set(ids) for product_id, ids in chosen.items() if ids}
    products = _products(row, wanted)
    found = accepting_criteria(row.form, set().union(*wanted.values()))
    criteria = {criterion.pk: criterion for criterion in found}
    if wanted and row.product_id not in wanted:
        _move(row, to=products[0])
    speak_to(row, [criteria[pk] for pk in sorted(wanted.get(row.product_id, ()))])
    others = [product for product in products if product.pk != row.product_id]
    row.also_for.exclude(product__in=others).delete()
    for product in others:
        also, _ = AlsoFor.objects.get_or_create(draft=row, product=product)
        also.criteria.set([criteria[pk] for pk in wanted[product.pk]])


def _products(row: Submission, wanted: Mapping[int, set[int]]) -> list[Product]:
    """The products that something is chosen for, by name; `RuleBroken` when one may not be."""
    found = list(
        Product.objects.filter(pk__in=wanted, supplier=row.product.supplier_id)
        .exclude(state=ProductState.WITHDRAWN)
        .order_by("name", "pk")
    )
    if len(found) != len(wanted):
        raise RuleBroken("Choose products of yours that are not withdrawn.", field="criteria")
    if row.form in OF_ONE_PRODUCT and {product.pk for product in found} - {row.product_id}:
        kind = Form(row.form).label.lower()
        raise RuleBroken(f"A {kind} is about {row.product.name} alone.", field="criteria")
    return found


def _move(row: Submission, *, to: Product) -> None:
    """Make the draft another product's, whose own release and predecessor come with it."""
    also = row.also_for.filter(product=to).first()
    row.product = to
    row.release = also.release if also else ""
    row.supersedes = also.supersedes if also else None
    row.save()
    row.also_for.filter(product=to).delete()


def speak_to(row: Submission, criteria: list[Criterion]) -> None:
    """Make the submission speak to exactly these criteria."""
    row.spoken_to.exclude(criterion__in=criteria).delete()
    SubmissionCriterion.objects.bulk_create(
        [SubmissionCriterion(submission=row, criterion=criterion) for criterion in criteria],
        ignore_conflicts=True,
    )
