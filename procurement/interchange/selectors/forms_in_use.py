"""Evidence that rests on a criterion accepting its form."""

from collections.abc import Iterator

from procurement.interchange.rules.reading import Record
from procurement.interchange.selectors.keys import Keys
from registry.common.puts import batches
from registry.evidence.models import SubmissionCriterion
from registry.standards.models import Criterion


def dropped_forms(records: list[Record], keys: Keys) -> Iterator[tuple[Record, str]]:
    """Criteria of the file that would no longer accept accepted evidence, and why not.

    A register with such a criterion could not be loaded from its own dump. Evidence that the
    same file brings is judged with the file.
    """
    brought = {record.values["ref"] for record in records if record.kind.name == "proof"}
    narrower = _narrower([r for r in records if r.kind.name == "criterion"], keys)
    for ids in batches(narrower):
        rows = (
            SubmissionCriterion.objects.filter(
                criterion__in=ids, submission__valid__isnull=False, submission__state="accepted"
            )
            .order_by("submission__ref")
            .values_list("criterion_id", "submission__ref", "submission__form")
        )
        for pk, ref, form in rows:
            record = narrower[pk]
            if ref not in brought and form not in record.values["proofs"]:
                yield record, f"accepted evidence {ref} is a {form}, which this would refuse"


def _narrower(records: list[Record], keys: Keys) -> dict[int, Record]:
    """Criteria that the register has and that accept fewer forms in the file."""
    found = {}
    for record in records:
        try:
            found[keys.id("criterion", *record.key)] = record
        except KeyError:
            continue
    rows = Criterion.objects.filter(pk__in=list(found)).values_list("pk", "proofs")
    return {pk: found[pk] for pk, proofs in rows if set(proofs) - set(found[pk].values["proofs"])}
