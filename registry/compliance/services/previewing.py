"""What evidence would change if it were accepted: the same statement over supposed proofs.

As with supposed standards (supposing.py), temporary tables stand before the room's own: here those
of evidence, with what the products in question have alone. Nothing is kept, no row is locked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from psycopg2.extras import execute_values

from registry.catalogue.models import Product
from registry.compliance.selectors import Owed, PairTimeline, computed_timelines, owed_of
from registry.compliance.selectors.drafted import SupposedProof
from registry.compliance.selectors.timelines import VerdictFact, computed_verdicts

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """Timelines and verdicts as the facts are, and as they would be; and what is owed then."""

    before: "Outlook"
    after: "Outlook"
    owed: list[Owed]


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of time of some products: of each pair (product id, standard id), and of each verdict."""

    pairs: dict[Pair, PairTimeline]
    verdicts: dict[int, list[VerdictFact]]


_SHADOWS = """
    CREATE TEMPORARY TABLE evidence_submission ON COMMIT DROP AS
        SELECT * FROM {schema}.evidence_submission WHERE product_id = ANY (%(product_ids)s);
    CREATE TEMPORARY TABLE evidence_submissioncriterion ON COMMIT DROP AS
        SELECT sc.* FROM {schema}.evidence_submissioncriterion AS sc
        JOIN pg_temp.evidence_submission AS s ON s.id = sc.submission_id
"""


def preview(*, proofs: Sequence[SupposedProof], on: date) -> Preview:
    """Suppose `proofs` accepted, and ask of their products what that changes. Some 12 queries."""
    product_ids = sorted({proof.product_id for proof in proofs})
    products = Product.objects.in_bulk(product_ids)
    before = _outlook(product_ids)
    with _supposed(proofs, product_ids):
        return Preview(before, _outlook(product_ids), owed_of(products, on=on))


def _outlook(product_ids: list[int]) -> Outlook:
    pairs = computed_timelines(product_ids=product_ids)
    return Outlook(
        {(each.product_id, each.standard_id): each for each in pairs},
        computed_verdicts(product_ids=product_ids),
    )


@contextmanager
def _supposed(proofs: Sequence[SupposedProof], product_ids: list[int]) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            [schema] = cursor.fetchone()
            cursor.execute(_SHADOWS.format(schema=schema), {"product_ids": product_ids})
            _suppose(cursor, proofs)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _suppose(cursor, proofs: Sequence[SupposedProof]) -> None:
    """Add `proofs` to the temporary tables, under keys that no row of the register has."""
    numbered = [(-number, proof) for number, proof in enumerate(proofs, start=1)]
    execute_values(
        cursor.cursor,
        "INSERT INTO pg_temp.evidence_submission (id, product_id, state, valid) VALUES %s",
        [(key, proof.product_id, "accepted", proof.valid) for key, proof in numbered],
    )
    execute_values(
        cursor.cursor,
        "INSERT INTO pg_temp.evidence_submissioncriterion (submission_id, criterion_id) VALUES %s",
        [(key, criterion) for key, proof in numbered for criterion in sorted(proof.criteria)],
    )
