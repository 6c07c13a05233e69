"""The records of one kind become rows, and go to the room that keeps them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from procurement.buyers.services import register as buyers
from procurement.contracts.services import register as contracts
from procurement.interchange.rules.fields import Days
from procurement.interchange.rules.reading import Problem, Record, identity
from procurement.interchange.selectors.keys import Keys
from registry.accounts.models import User
from registry.catalogue.services import register as catalogue
from registry.common.errors import RuleBroken
from registry.common.periods import period
from registry.common.puts import Put
from registry.compliance.services import register as dispensations
from registry.evidence.services import register as evidence
from registry.probes.services import register as probes
from registry.standards.services import register as standards


class LineRefused(RuleBroken):
    """A room refused one line for a reason that only the room can see."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem), field=problem.field)
        self.problem = problem


class Load:
    """What every step needs: the records by kind, the keys, who loads and when."""

    def __init__(self, records: list[Record], keys: Keys, by: User, now: datetime):
        self.keys, self.by, self.now = keys, by, now
        self._records: dict[str, list[Record]] = {}
        for record in records:
            self._records.setdefault(record.kind.name, []).append(record)

    def of(self, kind: str) -> list[Record]:
        """The records of a kind, in the file's order."""
        return self._records.get(kind, [])

    def product(self, ref: str) -> int:
        """The product's primary key."""
        return self.keys.id("product", ref)


def _span(days: Days) -> Any:
    return period(*days)


def _capabilities(load: Load) -> Put:
    return standards.put_capabilities(
        rows=[standards.CapabilityFacts(**record.values) for record in load.of("capability")]
    )


def _standards(load: Load) -> Put:
    rows = []
    for record in load.of("standard"):
        values = dict(record.values)
        del values["superseded_by"]
        rows.append(standards.StandardFacts(standard_class=values.pop("class"), **values))
    return standards.put_standards(rows=rows)


def _scopes(load: Load) -> Put:
    rows = [
        standards.ScopeFacts(
            standard_id=load.keys.standard(values["standard"]),
            capability_id=(
                None
                if values["capability"] is None
                else load.keys.id("capability", values["capability"])
            ),
            required=_span(values["required"]),
        )
        for values in (record.values for record in load.of("scope"))
    ]
    return standards.put_scopes(rows=rows)


def _versions(load: Load) -> Put:
    rows = [
        standards.VersionFacts(
            standard_id=load.keys.standard(values["standard"]),
            version=values["version"],
            accepted=_span(values["accepted"]),
            published_on=values["published"],
            note=values["note"],
            verified=values["verified"],
            basis=values["basis"],
        )
        for values in (record.values for record in load.of("version"))
    ]
    return standards.put_versions(rows=rows)


def _criteria(load: Load) -> Put:
    rows = []
    for record in load.of("criterion"):
        values = record.values
        check_id, params = values["check"] or ("", {})
        rows.append(
            standards.CriterionFacts(
                version_id=load.keys.id("version", *record.key[:2]),
                code=values["code"],
                level=values["level"],
                text=values["text"],
                proofs=list(values["proofs"]),
                check_id=check_id,
                check_params=params,
                requirements=list(values["requirements"]),
            )
        )
    return standards.put_criteria(rows=rows)


def _organisations(load: Load) -> Put:
    rows = []
    for record in load.of("organisation"):
        values = dict(record.values)
        opened, parent = _span(values.pop("open")), values.pop("parent")
        rows.append(buyers.OrganisationFacts(open=opened, parent_ods=parent, **values))
    return buyers.put_organisations(rows=rows)


def _successions(load: Load) -> Put:
    rows = [
        buyers.SuccessionFacts(
            predecessor_id=load.keys.id("organisation", record.values["predecessor"]),
            successor_id=load.keys.id("organisation", record.values["successor"]),
            on=record.values["on"],
        )
        for record in load.of("succession")
    ]
    return buyers.put_successions(rows=rows)


def _suppliers(load: Load) -> Put:
    return catalogue.put_suppliers(
        rows=[catalogue.SupplierFacts(**record.values) for record in load.of("supplier")]
    )


def _products(load: Load) -> Put:
    rows = []
    for record in load.of("product"):
        values = dict(record.values)
        supplier_id = load.keys.id("supplier", values.pop("supplier"))
        rows.append(catalogue.ProductFacts(supplier_id=supplier_id, **values))
    return catalogue.put_products(rows=rows)


def _claims(load: Load) -> Put:
    rows = [
        catalogue.ClaimFacts(
            product_id=load.product(record.values["product"]),
            capability_id=load.keys.id("capability", record.values["capability"]),
            claimed=_span(record.values["claimed"]),
        )
        for record in load.of("claim")
    ]
    return catalogue.put_claims(rows=rows)


def _endpoints(load: Load) -> Put:
    rows = [
        probes.EndpointFacts(
            product_id=load.product(record.values["product"]),
            url=record.values["url"],
            profile=record.values["profile"],
            in_service=_span(record.values["in_service"]),
        )
        for record in load.of("endpoint")
    ]
    return probes.put_endpoints(rows=rows, now=load.now)


def _proofs(load: Load) -> Put:
    rows = []
    for record in load.of("proof"):
        values = dict(record.values)
        product_id = load.product(values.pop("product"))
        valid, issued = _span(values.pop("valid")), values.pop("issued")
        criteria = frozenset(
            load.keys.id("criterion", identity(standard), version, code)
            for standard, version, code in values.pop("criteria")
        )
        rows.append(
            evidence.ProofFacts(
                product_id=product_id, valid=valid, issued_on=issued, criteria=criteria, **values
            )
        )
    try:
        return evidence.put_proofs(rows=rows, by=load.by, now=load.now)
    except evidence.ProofRefused as refused:
        raise _of_line(load.of("proof"), refused) from refused


def _check_spells(load: Load) -> Put:
    rows = [
        probes.SpellFacts(
            endpoint_id=load.keys.id("endpoint", *record.values["endpoint"]),
            check_id=record.values["check"],
            result=record.values["result"],
            period=_span(record.values["period"]),
        )
        for record in load.of("check_spell")
    ]
    try:
        return probes.put_check_spells(rows=rows)
    except probes.SpellsOverlap as refused:
        raise _of_line(load.of("check_spell"), refused) from refused


def _of_line(records: Sequence[Record], refused: Any) -> LineRefused:
    """A room's refusal of one row, as the problem of its line."""
    line = records[refused.index].line
    return LineRefused(Problem(line, refused.field, refused.message))


def _dispensations(load: Load) -> Put:
    rows = [
        dispensations.DispensationFacts(
            product_id=load.product(record.values["product"]),
            standard_id=load.keys.standard(record.values["standard"]),
            period=_span(record.values["period"]),
            reason=record.values["reason"],
        )
        for record in load.of("dispensation")
    ]
    return dispensations.put_dispensations(rows=rows, by=load.by, now=load.now)


def _contracts(load: Load) -> Put:
    rows = []
    for record in load.of("contract"):
        values = dict(record.values)
        amount, currency = values.pop("value") or (None, "GBP")
        rows.append(
            contracts.ContractFacts(
                buyer_id=load.keys.id("organisation", values.pop("buyer")),
                supplier_id=load.keys.id("supplier", values.pop("supplier")),
                term=_span(values.pop("term")),
                value=amount,
                currency=currency,
                products=frozenset(load.product(ref) for ref in values.pop("products")),
                ocid=values.pop("ocid") or "",
                **values,
            )
        )
    return contracts.put_contracts(rows=rows)


def put_successors(load: Load) -> int:
    """By what each standard is superseded, once all of them exist. Returns how many changed."""
    successors = {}
    for record in load.of("standard"):
        other = record.values["superseded_by"]
        pk = load.keys.standard(record.values["code"])
        successors[pk] = None if other is None else load.keys.standard(other)
    return standards.put_successors(successors=successors)


# In the order in which one kind may rest on another.
STEPS: dict[str, Callable[[Load], Put]] = {
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
    "check_spell": _check_spells,
    "dispensation": _dispensations,
    "contract": _contracts,
}
