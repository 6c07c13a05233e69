"""A case, the same in triage, and with a notice that waits."""

import pytest

from procurement.phaseout import services
from tests.phaseout import stories


@pytest.fixture
def case(db, now):
    """Flagged: the product's only document ends on 1 September 2026."""
    return stories.make_case(now=now)


@pytest.fixture
def in_triage(case, case_officer, now):
    """Taken by the case officer."""
    return services.start_triage(case=case, by=case_officer, now=now)


@pytest.fixture
def proposed(in_triage, case_officer, now):
    """A notice that the case officer proposed."""
    return stories.propose(in_triage, case_officer, now)
