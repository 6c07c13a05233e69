"""Telling PostgreSQL how large its tables have become."""

from django.db import connection

from procurement.buyers.models import Organisation, Succession
from procurement.contracts.models import Contract, ContractItem
from registry.catalogue.models import Claim, Product, Supplier
from registry.compliance.models import Dispensation
from registry.evidence.models import Decision, Submission, SubmissionCriterion
from registry.probes.models import CheckSpell, Endpoint
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)

_TABLES = (
    *(Capability, Standard, StandardScope, StandardVersion, Criterion, Organisation, Succession),
    *(Supplier, Product, Claim, Endpoint, Submission, SubmissionCriterion, Decision, CheckSpell),
    *(Dispensation, Contract, ContractItem),
)


def analyse() -> None:
    """Bring the planner's figures up to date, this transaction's own rows included.

    A mass of rows is read in the transaction that wrote it, before autovacuum can have seen
    them: planned for the empty tables that were there before, a join of five takes minutes.
    """
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
