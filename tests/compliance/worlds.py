"""Small generated worlds in which everything that periods can do to each other happens.

A world is drawn as plain data (so that it shrinks and prints well) and then built as rows. Days
are drawn from a few around 29 February 2024: they meet, overlap and adjoin all the time. What
would seldom come of chance alone is drawn on purpose: editions in a row with a day between, a
revocation that names the first day, an endpoint that leaves on the day on which another fails.
test_shapes.py holds the generator to all of it. (The first and last days that can be typed in are
in test_worst_cases.py: other tests walk every day that a world knows.)
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from registry.catalogue.models import Claim, Product, Supplier
from registry.common.periods import period
from registry.compliance.models import Dispensation
from registry.evidence.models import Submission, SubmissionCriterion
from registry.probes.models import CheckSpell, Endpoint
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)
from tests.factories import LONG_AGO, make_user

DAYS = [date(2024, 2, 24) + timedelta(days=step) for step in range(10)]
CHECKS = ("tls.version", "fhir.statement")
PROFILES = ("fhir-r4", "web")

days = st.sampled_from(DAYS)
ends = st.one_of(st.none(), days)


@st.composite
def spans(draw) -> tuple[date | None, date | None]:
    """A period of at least a day, open at either end (or both) now and then."""
    start, until = draw(ends), draw(ends)
    if start is not None and until is not None:
        if start == until:
            until = start + timedelta(days=1)
        start, until = min(start, until), max(start, until)
    return start, until


def unique_spans(most: int):
    """Periods with different first days, as the natural keys demand."""
    return st.lists(spans(), max_size=most, unique_by=lambda span: span[0])


@dataclass(frozen=True)
class CriterionSpec:
    level: str
    check_id: str


@dataclass(frozen=True)
class StandardSpec:
    # (capability's number or None for every product, required)
    scopes: list
    # (accepted, criteria)
    versions: list


@dataclass(frozen=True)
class ProofSpec:
    # Numbers of criteria, over all standards in order.
    criteria: frozenset
    valid: tuple
    state: str
    revoked_from: date | None


@dataclass(frozen=True)
class EndpointSpec:
    profile: str
    in_service: tuple
    # Per check: the days that cut time into spells, and the results between them (None: none).
    cuts: list
    results: list


@dataclass(frozen=True)
class ProductSpec:
    # Per capability, the claimed periods.
    claims: list
    proofs: list
    endpoints: list
    # Per standard, the excused periods.
    excuses: list
    state: str = "listed"


@dataclass(frozen=True)
class WorldSpec:
    standards: list
    products: list


CAPABILITIES = 2
criteria = st.builds(
    CriterionSpec,
    level=st.sampled_from(["MUST", "MUST", "MUST", "SHOULD", "MAY"]),
    check_id=st.sampled_from(["", *CHECKS]),
)


@st.composite
def in_a_row(draw) -> list[tuple[date | None, date | None]]:
    """Periods one after another, each beginning when the last ends or on the day after that."""
    cuts = sorted(draw(st.sets(days, min_size=1, max_size=2)))
    found, start = [], draw(st.sampled_from([None, DAYS[0] - timedelta(days=1)]))
    for cut in cuts:
        if start is None or start < cut:
            found.append((start, cut))
        start = cut + timedelta(days=draw(st.integers(0, 1)))
    return [*found, (start, None)]


@st.composite
def editions(draw) -> list:
    """Versions: anyhow, or in a row."""
    accepted = draw(st.one_of(st.lists(spans(), max_size=3), in_a_row()))
    return [(span, draw(st.lists(criteria, max_size=3))) for span in accepted]


@st.composite
def _proofs(draw) -> ProofSpec:
    valid = draw(spans())
    return ProofSpec(
        criteria=draw(st.frozensets(st.integers(0, 7), min_size=1, max_size=5)),
        valid=valid,
        state=draw(st.sampled_from(["accepted", "accepted", "accepted", "submitted", "returned"])),
        # Often not; else any day, or its first, or (which cuts nothing) its last and one more.
        revoked_from=draw(st.one_of(st.none(), st.none(), days, st.sampled_from(valid))),
    )


always = st.just((None, None))
standards = st.builds(
    StandardSpec,
    scopes=st.one_of(
        st.lists(
            st.tuples(st.sampled_from([None, 0, 1]), spans()),
            max_size=3,
            unique_by=lambda scope: (scope[0], scope[1][0]),
        ),
        st.lists(st.tuples(st.none(), always), min_size=1, max_size=1),
    ),
    versions=editions(),
)
proofs = _proofs()
endpoints = st.builds(
    EndpointSpec,
    profile=st.sampled_from(PROFILES),
    in_service=spans(),
    cuts=st.lists(st.lists(days, max_size=3, unique=True), min_size=2, max_size=2),
    results=st.lists(
        st.lists(
            st.sampled_from(["pass", "pass", "pass", "fail", "unknown", None]),
            min_size=4,
            max_size=4,
        ),
        min_size=2,
        max_size=2,
    ),
)


@st.composite
def relieved(draw) -> list[EndpointSpec]:
    """One endpoint leaves on the day on which another of its profile fails, or comes into service
    on the day on which the other passes again.
    """
    day, profile = draw(days), draw(st.sampled_from(PROFILES))
    leaves = draw(st.booleans())
    passing = [["pass"] * 4, ["pass"] * 4]
    turning = ["pass", "fail"] if leaves else ["fail", "pass"]
    first = EndpointSpec(profile, (None, day) if leaves else (day, None), [[], []], passing)
    other = EndpointSpec(profile, draw(spans()), [[day], [day]], [turning, turning])
    return [first, other]


products = st.builds(
    ProductSpec,
    claims=st.lists(unique_spans(2), min_size=CAPABILITIES, max_size=CAPABILITIES),
    proofs=st.lists(proofs, max_size=5),
    endpoints=st.one_of(st.lists(endpoints, max_size=2), relieved()),
    excuses=st.lists(unique_spans(2), min_size=2, max_size=2),
    state=st.sampled_from(["listed", "listed", "withdrawn"]),
)
worlds = st.builds(
    WorldSpec,
    standards=st.lists(standards, min_size=2, max_size=2),
    products=st.lists(products, min_size=1, max_size=4),
)


@dataclass
class World:
    """The rows of a world."""

    standards: list = field(default_factory=list)
    criteria: list = field(default_factory=list)
    capabilities: list = field(default_factory=list)
    products: list = field(default_factory=list)
    officer: object = None

    @property
    def product_ids(self) -> list[int]:
        return [product.pk for product in self.products]

    @property
    def standard_ids(self) -> list[int]:
        return [standard.pk for standard in self.standards]


def build(spec: WorldSpec) -> World:
    """Write the rows of `spec`."""
    world = World(officer=make_user())
    world.capabilities = Capability.objects.bulk_create(
        Capability(ref=f"W{number}", name=f"Capability {number}") for number in range(CAPABILITIES)
    )
    for number, standard in enumerate(spec.standards):
        _build_standard(world, number, standard)
    supplier = Supplier.objects.create(ref="worldly", name="Worldly Software")
    world.products = Product.objects.bulk_create(
        Product(
            ref=f"product-{number}",
            supplier=supplier,
            name=f"Product {number}",
            state=product.state,
        )
        for number, product in enumerate(spec.products)
    )
    for product, facts in zip(world.products, spec.products, strict=True):
        build_facts(world, product, facts)
    return world


def _build_standard(world: World, number: int, spec: StandardSpec) -> None:
    standard = Standard.objects.create(code=f"W{number}", name=f"Standard {number}")
    world.standards.append(standard)
    StandardScope.objects.bulk_create(
        StandardScope(
            standard=standard,
            capability=None if place is None else world.capabilities[place],
            required=period(*required),
        )
        for place, required in spec.scopes
    )
    versions = StandardVersion.objects.bulk_create(
        StandardVersion(standard=standard, version=f"v{place}", accepted=period(*accepted))
        for place, (accepted, _) in enumerate(spec.versions)
    )
    world.criteria += Criterion.objects.bulk_create(
        Criterion(
            version=version,
            code=f"C{place}",
            level=criterion.level,
            text="The product does as it says.",
            proofs=["document"],
            check_id=criterion.check_id,
        )
        for version, (_, criteria_of) in zip(versions, spec.versions, strict=True)
        for place, criterion in enumerate(criteria_of)
    )


def build_facts(world: World, product: Product, spec: ProductSpec) -> None:
    """Write what `product` claims, proves, runs and is excused from."""
    Claim.objects.bulk_create(
        Claim(product=product, capability=capability, claimed=period(*claimed))
        for capability, claims in zip(world.capabilities, spec.claims, strict=True)
        for claimed in claims
    )
    Dispensation.objects.bulk_create(
        Dispensation(
            product=product,
            standard=standard,
            period=period(*span),
            reason="A replacement is being built.",
            decided_by=world.officer,
            decided_at=LONG_AGO,
        )
        for standard, excuses in zip(world.standards, spec.excuses, strict=True)
        for span in excuses
    )
    for number, proof in enumerate(spec.proofs):
        _build_proof(world, product, number, proof)
    for number, endpoint in enumerate(spec.endpoints):
        _build_endpoint(product, number, endpoint)


def _build_proof(world: World, product: Product, number: int, spec: ProofSpec) -> None:
    accepted = spec.state == "accepted"
    submission = Submission.objects.create(
        ref=f"{product.ref}-proof-{number}",
        product=product,
        form="document",
        state=spec.state,
        valid=period(*spec.valid),
        revoked_from=spec.revoked_from if accepted else None,
        created_by=world.officer,
        created_at=LONG_AGO,
        submitted_at=LONG_AGO,
    )
    SubmissionCriterion.objects.bulk_create(
        SubmissionCriterion(submission=submission, criterion=world.criteria[place])
        for place in spec.criteria
        if place < len(world.criteria)
    )


def _build_endpoint(product: Product, number: int, spec: EndpointSpec) -> None:
    endpoint = Endpoint.objects.create(
        product=product,
        url=f"https://{product.ref}.example.test/{number}",
        host=f"{product.ref}.example.test",
        profile=spec.profile,
        in_service=period(*spec.in_service),
        due_at=LONG_AGO,
    )
    CheckSpell.objects.bulk_create(
        CheckSpell(endpoint=endpoint, check_id=check_id, result=result, period=period(*span))
        for check_id, cuts, results in zip(CHECKS, spec.cuts, spec.results, strict=True)
        for span, result in zip(_between(cuts), results, strict=False)
        if result
    )


def _between(cuts: list[date]) -> list[tuple]:
    ordered = [None, *sorted(cuts), None]
    return list(zip(ordered, ordered[1:], strict=False))
