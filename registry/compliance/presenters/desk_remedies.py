"""What would do with the least, for each requirement on a supplier's desk."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from registry.compliance import rules
from registry.compliance.selectors import Owed
from registry.compliance.selectors.facts import facts_of_pairs


def least_steps(owed: Iterable[Owed]) -> dict[tuple[int, int], str]:
    """The step of the cheapest remedy that a criterion is part of, by (product id, criterion id).

    `owed` comes soonest first; a standard is remedied as of the first day on which anything of it
    is owed, and of very many standards only the first are. Ten queries, whatever their number.
    For the supplier's own people alone: evidence that waits is named.
    """
    days: dict[tuple[int, int], date] = {}
    for one in owed:
        pair = one.product.pk, one.standard.pk
        if one.by is not None and len(days) < settings.DESK_REMEDIES:
            days.setdefault(pair, one.by)
    return {
        (product_id, criterion.id): task.words
        for (product_id, standard_id), facts in facts_of_pairs(list(days)).items()
        for task in rules.remedy(facts, days[product_id, standard_id]).tasks
        for criterion in task.criteria
    }
