"""What pages and the API say of a machine's report."""

from collections import Counter
from dataclasses import dataclass

from registry.evidence.models import MachineReport
from registry.evidence.rules.reports import OUTCOMES, Result
from registry.evidence.selectors import criteria_by_id
from registry.evidence.selectors.reports import mapped
from registry.standards.models import Criterion


@dataclass(frozen=True)
class CriterionSpoken:
    """A criterion that a report speaks of, and the results that do."""

    criterion: Criterion
    proved: bool
    results: list[Result]


@dataclass(frozen=True)
class ReportShown:
    """A report: how many tests came to what, which criteria it speaks of, and the rest."""

    report: MachineReport
    totals: list[tuple[str, int]]
    proved: list[CriterionSpoken]
    failing: list[CriterionSpoken]
    unmapped: list[Result]
    outcomes: dict[str, str]


def report_shown(report: MachineReport) -> ReportShown:
    """All that there is to say, read from what was kept when the report came in."""
    found = mapped(report)
    keys = [each.criterion for each in (*found.proved, *found.failing)]
    criteria = {each.pk: each for each in criteria_by_id(keys)}
    counts = Counter(each["outcome"] for each in report.results)
    return ReportShown(
        report,
        [(words, counts[name]) for name, words in OUTCOMES.items() if counts[name]],
        _spoken(found.proved, criteria),
        _spoken(found.failing, criteria),
        found.unmapped,
        OUTCOMES,
    )


def _spoken(found, criteria: dict[int, Criterion]) -> list[CriterionSpoken]:
    return [
        CriterionSpoken(criteria[each.criterion], each.proved, each.results)
        for each in found
        if each.criterion in criteria
    ]
