"""The whole register as values of the format, sorted by kind and natural key.

Text is sorted by the code points of its characters, whatever the database's collation, so
that two machines write the same file.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Collate
from psycopg2.extras import DateRange

from procurement.buyers.models import Organisation, Succession
from procurement.contracts.models import Contract, ContractItem
from registry.catalogue.models import Claim, Product, Supplier
from registry.compliance.models import Dispensation
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.probes.models import CheckSpell, Endpoint
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)

Values = dict[str, Any]
_CHUNK = 2000


def _days(span: DateRange) -> tuple[date | None, date | None]:
    return span.lower, span.upper


def _sorted(queryset: QuerySet, *names: str) -> QuerySet:
    """By these texts in code point order."""
    return queryset.order_by(*(Collate(name, "C") for name in names))


def _first(span: DateRange) -> date:
    return span.lower or date.min


def _capabilities() -> Iterator[Values]:
    yield from _sorted(Capability.objects, "ref").values("ref", "name", "group", "facts")


def _standards() -> Iterator[Values]:
    for row in _sorted(Standard.objects.select_related("superseded_by"), "code"):
        yield {
            "code": row.code,
            "name": row.name,
            "class": row.standard_class,
            "owner": row.owner,
            "summary": row.summary,
            "legal_basis": row.legal_basis,
            "legal_basis_in_force": row.legal_basis_in_force,
            "superseded_by": row.superseded_by and row.superseded_by.code,
            "verified": row.verified,
            "basis": row.basis,
        }


def _scopes() -> Iterator[Values]:
    rows = StandardScope.objects.select_related("standard", "capability")
    for row in sorted(
        rows,
        key=lambda r: (
            r.standard.code,
            r.capability.ref if r.capability else "",
            _first(r.required),
        ),
    ):
        yield {
            "standard": row.standard.code,
            "capability": row.capability and row.capability.ref,
            "required": _days(row.required),
        }


def _versions() -> Iterator[Values]:
    rows = StandardVersion.objects.select_related("standard")
    for row in _sorted(rows, "standard__code", "version"):
        yield {
            "standard": row.standard.code,
            "version": row.version,
            "accepted": _days(row.accepted),
            "published": row.published_on,
            "note": row.note,
            "verified": row.verified,
            "basis": row.basis,
        }


def _criteria() -> Iterator[Values]:
    rows = Criterion.objects.select_related("version__standard")
    for row in _sorted(rows, "version__standard__code", "version__version", "code"):
        yield {
            "standard": row.version.standard.code,
            "version": row.version.version,
            "code": row.code,
            "level": row.level,
            "text": row.text,
            "proofs": sorted(row.proofs),
            "check": (row.check_id, row.check_params) if row.check_id else None,
            "requirements": tuple(sorted(row.requirements)),
        }


def _organisations() -> Iterator[Values]:
    for row in _sorted(Organisation.objects, "ods").iterator(_CHUNK):
        yield {
            "ods": row.ods,
            "name": row.name,
            "type": row.type,
            "open": _days(row.open),
            "parent": row.parent_ods,
            "region": row.region,
            "postcode": row.postcode,
            "verified": row.verified,
            "basis": row.basis,
        }


def _successions() -> Iterator[Values]:
    rows = Succession.objects.values_list("predecessor__ods", "successor__ods", "on")
    for predecessor, successor, on in _sorted(rows, "predecessor__ods", "successor__ods"):
        yield {"predecessor": predecessor, "successor": successor, "on": on}


def _suppliers() -> Iterator[Values]:
    yield from _sorted(Supplier.objects, "ref").values("ref", "name", "website", "demonstration")


def _products() -> Iterator[Values]:
    rows = _sorted(Product.objects, "ref").values_list(
        "ref", "supplier__ref", "name", "state", "summary", "hosting"
    )
    for ref, supplier, name, state, summary, hosting in rows.iterator(_CHUNK):
        yield {
            "ref": ref,
            "supplier": supplier,
            "name": name,
            "state": state,
            "summary": summary,
            "hosting": hosting,
        }


def _claims() -> Iterator[Values]:
    rows = Claim.objects.values_list("product__ref", "capability__ref", "claimed")
    for product, capability, claimed in sorted(rows, key=lambda r: (r[0], r[1], _first(r[2]))):
        yield {"product": product, "capability": capability, "claimed": _days(claimed)}


def _endpoints() -> Iterator[Values]:
    rows = Endpoint.objects.values_list("product__ref", "url", "profile", "in_service")
    for product, url, profile, in_service in _sorted(rows, "product__ref", "url"):
        yield {
            "product": product,
            "url": url,
            "profile": profile,
            "in_service": _days(in_service),
        }


def _proofs() -> Iterator[Values]:
    keys = _criterion_keys()
    rows = (
        Submission.objects.accepted()
        .select_related("product", "supersedes")
        .prefetch_related("spoken_to")
    )
    for row in _sorted(rows, "ref").iterator(_CHUNK):
        yield {
            "ref": row.ref,
            "product": row.product.ref,
            "form": row.form,
            "criteria": sorted(keys[link.criterion_id] for link in row.spoken_to.all()),
            "valid": _days(row.valid),
            "revoked_from": row.revoked_from,
            "issuer": row.issuer,
            "reference": row.reference,
            "release": row.release,
            "issued": row.issued_on,
            "exclusions": row.exclusions,
            "links": row.links,
            "supersedes": _superseded(row),
        }


def _superseded(row: Submission) -> str | None:
    """What it supersedes, where that is in the dump too."""
    other = row.supersedes
    return other.ref if other and other.state == SubmissionState.ACCEPTED else None


def _criterion_keys() -> dict[int, tuple[str, str, str]]:
    """Standard, version and code of every criterion, read once for all the evidence."""
    rows = Criterion.objects.order_by().values_list(
        "pk", "version__standard__code", "version__version", "code"
    )
    return {pk: (standard, version, code) for pk, standard, version, code in rows}


def _spells() -> Iterator[Values]:
    rows = CheckSpell.objects.values_list(
        "endpoint__product__ref", "endpoint__url", "check_id", "result", "period"
    )
    for product, url, check, result, period in sorted(
        rows, key=lambda r: (r[0], r[1], r[2], _first(r[4]))
    ):
        yield {
            "endpoint": (product, url),
            "check": check,
            "result": result,
            "period": _days(period),
        }


def _dispensations() -> Iterator[Values]:
    rows = Dispensation.objects.values_list("product__ref", "standard__code", "period", "reason")
    for product, standard, period, reason in sorted(rows, key=lambda r: (r[0], r[1], _first(r[2]))):
        yield {
            "product": product,
            "standard": standard,
            "period": _days(period),
            "reason": reason,
        }


def _contracts() -> Iterator[Values]:
    items = ContractItem.objects.select_related("product")
    rows = Contract.objects.select_related("buyer", "supplier").prefetch_related(
        Prefetch("items", queryset=items)
    )
    for row in _sorted(rows, "ref").iterator(_CHUNK):
        yield {
            "ref": row.ref,
            "buyer": row.buyer.ods,
            "supplier": row.supplier.ref,
            "title": row.title,
            "signed": row.signed,
            "term": _days(row.term),
            "value": None if row.value is None else (row.value, row.currency),
            "products": sorted(item.product.ref for item in row.items.all()),
            "ocid": row.ocid or None,
        }


_ROWS: dict[str, Callable[[], Iterator[Values]]] = {
    "capability": _capabilities,
    "standard": _standards,
    "scope": _scopes,
    "version": _versions,
    "criterion": _criteria,
    "organisation": _organisations,
    "succession": _successions,
    "supplier": _suppliers,
    "product": _products,
    "claim": _claims,
    "endpoint": _endpoints,
    "proof": _proofs,
    "check_spell": _spells,
    "dispensation": _dispensations,
    "contract": _contracts,
}


def rows(kind: str) -> Iterator[Values]:
    """Everything of one kind that the register holds, in the order of a dump."""
    return _ROWS[kind]()
