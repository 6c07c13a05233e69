"""Small deterministic makers of the things that stories are told about.

A maker writes rows directly: a story that is about a service calls the service itself.
Periods are given as two dates or `None`: `(date(2024, 1, 1), None)`.
"""

import hashlib
from datetime import UTC, date, datetime
from itertools import count

from django.db import transaction
from psycopg2.extras import DateTimeTZRange

from procurement.buyers.models import BuyerMembership, Organisation
from procurement.contracts.models import Contract, ContractItem
from registry.accounts.models import Role, RoleGrant, User
from registry.catalogue.enums import ProductState, SupplierRole
from registry.catalogue.models import Claim, Product, Supplier, SupplierMembership
from registry.common.causes import Cause, CauseKind
from registry.common.periods import period
from registry.compliance.models import Dispensation
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission, SubmissionCriterion
from registry.probes.models import CaptureBody, CheckSpell, Endpoint, Pause, Probe
from registry.probes.rules.urls import authority_of
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)

# Why facts changed in stories that are not about it.
A_STORY = Cause(CauseKind.RECOMPUTED, "a story")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS = (None, None)
_numbers = count(1)


def make_user(email: str = "", *, role: Role | None = None, password: str = "") -> User:
    """A person; with `role`, a member of the national team."""
    user = User(email=email or f"person{next(_numbers)}@example.test")
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    if role:
        RoleGrant.objects.create(user=user, role=role, granted_at=LONG_AGO)
    return user


def make_supplier(ref: str = "aldermoor", name: str = "") -> Supplier:
    """A supplier, found again by its reference."""
    return Supplier.objects.get_or_create(ref=ref, defaults={"name": name or ref.title()})[0]


def make_member(supplier: Supplier, email: str = "", role=SupplierRole.EDITOR, **kwargs) -> User:
    """A person who acts for `supplier`."""
    user = make_user(email, **kwargs)
    SupplierMembership.objects.create(user=user, supplier=supplier, role=role, since=LONG_AGO)
    return user


def make_product(
    ref: str = "aldermoor-record", *, supplier: Supplier | None = None, name: str = "", **fields
) -> Product:
    """A listed product."""
    fields.setdefault("state", ProductState.LISTED)
    return Product.objects.create(
        ref=ref,
        supplier=supplier or make_supplier(),
        name=name or ref.replace("-", " ").title(),
        **fields,
    )


def make_capability(ref: str = "C13", name: str = "Patient Information Maintenance") -> Capability:
    """A capability, found again by its reference."""
    return Capability.objects.get_or_create(ref=ref, defaults={"name": name})[0]


def make_claim(product: Product, capability: Capability, claimed=ALWAYS) -> Claim:
    """`product` claims `capability`."""
    return Claim.objects.create(product=product, capability=capability, claimed=period(*claimed))


def make_standard(
    code: str = "DCB0129",
    *,
    required=(date(2018, 5, 2), None),
    capability: Capability | None = None,
    **fields,
) -> Standard:
    """A standard that is required of every product (or of a capability) over `required`.

    `required=None` makes it advisory.
    """
    standard = Standard.objects.create(code=code, name=fields.pop("name", code), **fields)
    if required:
        StandardScope.objects.create(
            standard=standard, capability=capability, required=period(*required)
        )
    return standard


def make_version(standard: Standard, version: str = "1", accepted=ALWAYS) -> StandardVersion:
    """An edition of `standard`."""
    return StandardVersion.objects.create(
        standard=standard, version=version, accepted=period(*accepted)
    )


def make_criterion(
    version: StandardVersion,
    code: str = "DOC",
    *,
    level: str = "MUST",
    proofs: tuple[str, ...] = ("document",),
    check_id: str = "",
    check_params: dict | None = None,
    requirements: list[str] | None = None,
) -> Criterion:
    """A requirement of `version`."""
    return Criterion.objects.create(
        version=version,
        code=code,
        requirements=requirements or [],
        level=level,
        text=f"The supplier shows {code}.",
        proofs=list(proofs),
        check_id=check_id,
        check_params=check_params or {},
    )


def make_proof(
    product: Product,
    *criteria: Criterion,
    valid=ALWAYS,
    revoked_from: date | None = None,
    form: str = "document",
    by: User | None = None,
    ref: str = "",
) -> Submission:
    """Accepted evidence for `criteria` over `valid`."""
    submission = Submission.objects.create(
        ref=ref or f"proof-{next(_numbers)}",
        product=product,
        form=form,
        state=SubmissionState.ACCEPTED,
        valid=period(*valid),
        revoked_from=revoked_from,
        created_by=by or make_user(),
        created_at=LONG_AGO,
        submitted_at=LONG_AGO,
    )
    SubmissionCriterion.objects.bulk_create(
        SubmissionCriterion(submission=submission, criterion=criterion) for criterion in criteria
    )
    return submission


def make_endpoint(
    product: Product,
    url: str = "https://fhir.example.test/r4",
    *,
    in_service=(date(2023, 1, 1), None),
    profile: str = "fhir-r4",
    **fields,
) -> Endpoint:
    """An endpoint in service over `in_service`, due at once."""
    fields.setdefault("due_at", LONG_AGO)
    fields.setdefault("control", "vouched")
    return Endpoint.objects.create(
        product=product,
        url=url,
        host=url.split("/")[2],
        authority=authority_of(url),
        profile=profile,
        in_service=period(*in_service),
        **fields,
    )


def make_visit(endpoint: Endpoint, at: datetime, **fields) -> Probe:
    """A scheduled visit that was answered, known as soon as it was made."""
    given = {"recorded_at": at, "scheduled": True, "outcome": "answered"} | fields
    return Probe.objects.create(endpoint=endpoint, at=at, **given)


def make_pause(
    *,
    endpoint: Endpoint | None = None,
    host: str = "",
    since: datetime,
    until: datetime | None = None,
    by: User | None = None,
    reason: str = "Their operations asked for it.",
) -> Pause:
    """An officer's pause of an endpoint or of a host."""
    return Pause.objects.create(
        endpoint=endpoint,
        host=host,
        during=DateTimeTZRange(since, until, "[)"),
        paused_by=by or make_user(role=Role.CASE_OFFICER),
        reason=reason,
    )


def make_body(content: bytes, sha256: str, *, at: datetime = LONG_AGO) -> CaptureBody:
    """A body that an endpoint answered, found again by its canonical hash."""
    facts = {
        "content": content,
        "sent_sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "first_seen": at,
        "last_named": at,
    }
    return CaptureBody.objects.get_or_create(sha256=sha256, defaults=facts)[0]


def make_check_spell(
    endpoint: Endpoint, span=ALWAYS, *, result: str = "pass", check_id: str = "tls.version"
) -> CheckSpell:
    """A confirmed result of a check over `span`."""
    return CheckSpell.objects.create(
        endpoint=endpoint, check_id=check_id, result=result, period=period(*span)
    )


def make_dispensation(product: Product, standard: Standard, span, *, by: User) -> Dispensation:
    """`product` is excused from `standard` over `span`."""
    return Dispensation.objects.create(
        product=product,
        standard=standard,
        period=period(*span),
        reason="A replacement is being built.",
        decided_by=by,
        decided_at=LONG_AGO,
    )


def make_organisation(ods: str = "QOQ", name: str = "", **fields) -> Organisation:
    """An integrated care board, open since July 2022, unless told otherwise."""
    fields.setdefault("type", "ICB")
    fields.setdefault("open", period(date(2022, 7, 1), None))
    return Organisation.objects.create(ods=ods, name=name or f"Organisation {ods}", **fields)


def make_buyer(organisation: Organisation, email: str = "", **kwargs) -> User:
    """A person who buys for `organisation`."""
    user = make_user(email, **kwargs)
    BuyerMembership.objects.create(user=user, organisation=organisation, since=LONG_AGO)
    return user


@transaction.atomic
def make_contract(
    buyer: Organisation,
    *products: Product,
    term=(date(2024, 4, 1), date(2029, 4, 1)),
    value: str | None = "100000.00",
    ref: str = "",
    **fields,
) -> Contract:
    """A contract on `products`, with the first one's supplier."""
    contract = Contract.objects.create(
        ref=ref or f"CONTRACT-{next(_numbers)}",
        buyer=buyer,
        supplier=products[0].supplier,
        title=fields.pop("title", f"Supply of {products[0].name}"),
        term=period(*term),
        value=value,
        **fields,
    )
    ContractItem.objects.bulk_create(
        ContractItem(contract=contract, product=product) for product in products
    )
    return contract
