"""The worst cases of issue 3, each with the SQL of sets and the rules of single days together."""

from datetime import date, timedelta

import pytest

from registry.compliance import selectors, services
from registry.evidence.models import Submission, SubmissionCriterion
from registry.standards.models import Criterion, Standard, StandardScope, StandardVersion
from tests import factories
from tests.compliance.test_worlds import assert_rules_agree
from tests.compliance.worlds import World
from tests.factories import A_STORY, LONG_AGO

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
START = date(2024, 1, 1)
JUNE = date(2024, 6, 1)
FIRST, LAST = date(1948, 1, 1), date(2199, 12, 31)


@pytest.fixture
def product():
    return factories.make_product()


@pytest.fixture
def agreed(product, now):
    """Refresh, hold the two together, and give the product's timelines by code."""

    def _agreed(*others) -> dict[str, list[tuple]]:
        world = World(products=[product, *others], standards=list(Standard.objects.all()))
        services.refresh(product_ids=None, now=now, cause=A_STORY)
        assert_rules_agree(world)
        return {
            line.standard_code: [(each.status, each.from_, each.until) for each in line.spells]
            for line in selectors.timelines(product_ids=[product.pk])
        }

    return _agreed


def prove(product, criterion, spans, *, revoked_from=()):
    """Accepted evidence for one criterion over each of `spans`."""
    revoked = dict(enumerate(revoked_from))
    author = factories.make_user()
    written = Submission.objects.bulk_create(
        Submission(
            ref=f"worst-{number}",
            product=product,
            form="document",
            state="accepted",
            valid=factories.period(*span),
            revoked_from=revoked.get(number),
            created_by=author,
            created_at=LONG_AGO,
            submitted_at=LONG_AGO,
        )
        for number, span in enumerate(spans)
    )
    SubmissionCriterion.objects.bulk_create(
        SubmissionCriterion(submission=each, criterion=criterion) for each in written
    )


class TestTwoHundredPiecesOfEvidence:
    """On one criterion of one product."""

    @pytest.fixture
    def criterion(self):
        standard = factories.make_standard(required=(None, None))
        return factories.make_criterion(factories.make_version(standard))

    def test_each_beginning_as_the_last_ends(self, product, criterion, agreed):
        starts = [START + 10 * number * DAY for number in range(201)]
        prove(product, criterion, zip(starts, starts[1:], strict=False))
        assert agreed()["DCB0129"] == [
            ("not_met", None, START),
            ("met", START, starts[200]),
            ("not_met", starts[200], None),
        ]

    def test_a_day_between_each_and_the_next(self, product, criterion, agreed):
        starts = [START + 3 * number * DAY for number in range(200)]
        prove(product, criterion, [(start, start + 2 * DAY) for start in starts])
        spells = agreed()["DCB0129"]
        assert len(spells) == 401
        assert spells[1:4] == [
            ("met", START, START + 2 * DAY),
            ("not_met", START + 2 * DAY, START + 3 * DAY),
            ("met", START + 3 * DAY, START + 5 * DAY),
        ]

    def test_all_overlapping_and_every_other_revoked_from_its_first_day(
        self, product, criterion, agreed
    ):
        starts = [START + number * DAY for number in range(200)]
        prove(
            product,
            criterion,
            [(start, start + 2 * DAY) for start in starts],
            revoked_from=[start if place % 2 else None for place, start in enumerate(starts)],
        )
        # Those that are left adjoin.
        assert agreed()["DCB0129"] == [
            ("not_met", None, START),
            ("met", START, starts[198] + 2 * DAY),
            ("not_met", starts[198] + 2 * DAY, None),
        ]

    def test_all_revoked_from_their_first_day(self, product, criterion, agreed):
        spans = [(START + number * DAY, None) for number in range(200)]
        prove(product, criterion, spans, revoked_from=[start for start, _ in spans])
        assert agreed()["DCB0129"] == [("not_met", None, None)]


def test_five_hundred_standards_on_one_product(product, agreed):
    """Each of every product, from another day on; one piece of evidence proves every third."""
    standards = Standard.objects.bulk_create(
        Standard(code=f"W{number:03}", name=f"Standard {number}") for number in range(500)
    )
    StandardScope.objects.bulk_create(
        StandardScope(standard=each, required=factories.period(START + number * DAY, None))
        for number, each in enumerate(standards)
    )
    versions = StandardVersion.objects.bulk_create(
        StandardVersion(standard=each, version="1", accepted=factories.period(None, None))
        for each in standards
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(version=each, code="DOC", level="MUST", text="Shown.", proofs=["document"])
        for each in versions
    )
    factories.make_proof(product, *criteria[::3], valid=(None, date(2030, 1, 1)))
    found = agreed()
    assert len(found) == 500
    assert found["W000"] == [
        ("met", None, date(2030, 1, 1)),
        ("not_met", date(2030, 1, 1), None),
    ]
    assert found["W499"] == [
        ("not_required", None, START + 499 * DAY),
        ("not_met", START + 499 * DAY, None),
    ]


def test_a_standard_in_scope_of_every_product(product, agreed):
    standard = factories.make_standard(required=(None, None))
    criterion = factories.make_criterion(factories.make_version(standard))
    others = [
        factories.make_product(f"other-{number}", state="withdrawn" if number % 2 else "listed")
        for number in range(60)
    ]
    factories.make_proof(product, criterion, valid=(START, None))
    found = agreed(*others)
    assert found["DCB0129"] == [("not_met", None, START), ("met", START, None)]
    # The withdrawn ones have timelines too: what they were is asked about later.
    assert len(list(selectors.timelines(product_ids=None))) == 61


@pytest.mark.parametrize("gap", [0, 1], ids=["adjoining", "with a day between"])
def test_five_and_twenty_versions(product, agreed, gap):
    """One after another, each proved for ever, and every fifth without a MUST criterion."""
    standard = factories.make_standard(required=(None, None))
    starts = [START + 30 * number * DAY for number in range(26)]
    for number, (start, end) in enumerate(zip(starts, starts[1:], strict=False)):
        version = factories.make_version(standard, f"v{number}", (start, end - gap * DAY))
        level = "MUST" if number % 5 else "SHOULD"
        factories.make_proof(product, factories.make_criterion(version, level=level))
    spells = agreed()["DCB0129"]
    if gap:
        assert len([each for each in spells if each[0] == "met"]) == 20
        assert spells[1] == ("met", starts[1], starts[2] - DAY)
    else:
        assert len(spells) == 11
        assert spells[:3] == [
            ("not_met", None, starts[1]),
            ("met", starts[1], starts[5]),
            ("not_met", starts[5], starts[6]),
        ]


def test_all_versions_at_once_and_one_is_enough(product, agreed):
    standard = factories.make_standard(required=(None, None))
    versions = [factories.make_version(standard, f"v{number}") for number in range(25)]
    criteria = [factories.make_criterion(version) for version in versions]
    factories.make_proof(product, criteria[-1], valid=(START, JUNE))
    assert agreed()["DCB0129"] == [
        ("not_met", None, START),
        ("met", START, JUNE),
        ("not_met", JUNE, None),
    ]


class TestEndpointsComeAndGo:
    """A check over what is in service."""

    @pytest.fixture
    def checked(self):
        standard = factories.make_standard(required=(None, None))
        version = factories.make_version(standard)
        return factories.make_criterion(version, proofs=(), check_id="tls.version")

    def endpoint(self, product, name, in_service, *spells):
        made = factories.make_endpoint(
            product, f"https://{name}.example.test/r4", in_service=in_service
        )
        for span, result in spells:
            factories.make_check_spell(made, span, result=result)

    def test_one_leaves_on_the_day_on_which_another_fails(self, product, checked, agreed):
        self.endpoint(product, "old", (None, JUNE), ((None, None), "pass"))
        self.endpoint(product, "new", (None, None), ((None, JUNE), "pass"), ((JUNE, None), "fail"))
        assert agreed()["DCB0129"] == [("met", None, JUNE), ("not_met", JUNE, None)]

    def test_the_failing_one_leaves_on_the_day_on_which_another_enters(
        self, product, checked, agreed
    ):
        self.endpoint(
            product, "old", (START, JUNE), ((None, START), "pass"), ((START, None), "fail")
        )
        self.endpoint(product, "new", (JUNE, None), ((JUNE, None), "pass"))
        assert agreed()["DCB0129"] == [("not_met", None, JUNE), ("met", JUNE, None)]

    def test_a_day_without_any(self, product, checked, agreed):
        self.endpoint(product, "old", (None, JUNE), ((None, None), "pass"))
        self.endpoint(product, "new", (JUNE + DAY, None), ((None, None), "pass"))
        assert agreed()["DCB0129"] == [
            ("met", None, JUNE),
            ("not_met", JUNE, JUNE + DAY),
            ("met", JUNE + DAY, None),
        ]


# Anybody may type in FIRST to LAST. Beyond, no bound may lie after date.max: PostgreSQL could hold
# it, and Python could not read it.
@pytest.mark.parametrize(
    ("start", "until"),
    [
        (FIRST, LAST),
        (FIRST, FIRST + DAY),
        (LAST, LAST + DAY),
        (date.min + DAY, date.max - DAY),
        (date.min, date.max),
        (date.max - DAY, date.max),
    ],
    ids=str,
)
def test_the_edges_of_time(product, agreed, approver, start, until):
    """Evidence, scope, version, claim and excuse may all begin and end there."""
    capability = factories.make_capability()
    factories.make_claim(product, capability, (start, until))
    standard = factories.make_standard(capability=capability, required=(start, until))
    version = factories.make_version(standard, "1", (start, until))
    factories.make_proof(product, factories.make_criterion(version), valid=(start, until))
    excused = factories.make_standard("DCB0160", required=(start, None))
    factories.make_dispensation(product, excused, (start, until), by=approver)
    found = agreed()
    before = [("not_required", None, start)]
    assert found["DCB0129"] == [*before, ("met", start, until), ("not_required", until, None)]
    assert found["DCB0160"] == [*before, ("exempt", start, until), ("not_met", until, None)]
