"""What a draft of evidence would prove, if it were accepted as it stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from psycopg2.extras import DateRange

from registry.evidence.models import Submission
from registry.evidence.rules import validity
from registry.evidence.selectors import claimed


@dataclass(frozen=True, slots=True)
class SupposedProof:
    """Evidence for criteria (primary keys) of a product, as if it were accepted over `valid`."""

    product_id: int
    criteria: Collection[int]
    valid: DateRange


def chosen(draft: Submission) -> dict[int, set[int]]:
    """The criteria that a draft, or what was sent, speaks to: primary keys by product."""
    found = {draft.product_id: {criterion.pk for criterion in draft.criteria.all()}}
    for also in draft.also_for.prefetch_related("criteria"):
        found[also.product_id] = {criterion.pk for criterion in also.criteria.all()}
    return found


def supposed(draft: Submission, *, on: date) -> tuple[list[SupposedProof], bool]:
    """The proofs that the draft would be, and whether their days are only assumed.

    A draft without dates is taken to be issued on the day `on` and to last as long as is usual
    for its form and standards.
    """
    valid = draft.valid
    if valid is None:
        end = validity.usual_end(form=draft.form, standards=claimed(draft).standards, issued_on=on)
        valid = DateRange(on, end, "[)")
    proofs = [
        SupposedProof(product_id, frozenset(ids), valid)
        for product_id, ids in chosen(draft).items()
        if ids
    ]
    return proofs, draft.valid is None
