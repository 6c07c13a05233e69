"""Makes registers of any size, set-wise: nothing random, so two runs measure the same.

Rows are filled in without triggers: the past of generated rows is not kept (ADR 0017). What is
measured afterwards, refreshes among it, runs with every trigger.
"""

from datetime import UTC, datetime

from django.db import connection, models, transaction

from procurement.buyers.models import Organisation, Succession
from procurement.contracts.models import Contract, ContractItem
from registry.accounts.models import User
from registry.catalogue.models import Claim, Product, Supplier
from registry.compliance.models import Dispensation
from registry.evidence.models import Submission, SubmissionCriterion
from registry.history.services import install
from registry.probes.models import CheckSpell, Endpoint
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CAPABILITIES = 12
SUPPLIERS = 500
BUYERS = 400


@transaction.atomic
def prepare(standards: int) -> None:
    """Standards with their editions, criteria and scopes; suppliers and an account."""
    numbers = "generate_series(1, {}) AS n".format
    _fill(User, "(VALUES (1)) AS one", email="'bench@example.test'", password="'!'")
    _fill(Supplier, numbers(SUPPLIERS), ref="'bench-' || n", name="'Supplier ' || n")
    _fill(Capability, numbers(CAPABILITIES), ref="'B' || n", name="'Capability ' || n")
    _fill(
        Standard,
        numbers(standards),
        code="'BENCH' || lpad(n::text, 4, '0')",
        name="'Standard ' || n",
    )
    # One in three standards is required of everyone, the others of one capability.
    _fill(
        StandardScope,
        "standards_standard AS s",
        standard_id="s.id",
        capability_id=f"CASE WHEN mod(s.id, 3) > 0 THEN 1 + mod(s.id, {CAPABILITIES}) END",
        required="daterange(date '2020-01-01' + (mod(s.id, 50) * 30)::int, NULL)",
    )
    # An edition that was retired, and the one that followed it.
    _fill(
        StandardVersion,
        """standards_standard AS s CROSS JOIN (
            VALUES ('1', daterange('2018-01-01', '2023-07-01')),
                ('2', daterange('2022-01-01', NULL))
        ) AS v (version, accepted)""",
        standard_id="s.id",
        version="v.version",
        accepted="v.accepted",
    )
    _fill(
        Criterion,
        """standards_standardversion AS v CROSS JOIN (
            VALUES ('A', 'MUST'), ('B', 'MUST'), ('C', 'SHOULD')
        ) AS c (code, level)""",
        version_id="v.id",
        code="c.code",
        level="c.level",
        text="'The product does so.'",
        proofs="'{document}'",
        check_id="""CASE WHEN c.code = 'B' AND mod(v.standard_id, 10) = 0
            THEN 'tls.version' ELSE '' END""",
    )


def grow(first: int, last: int) -> None:
    """Products number `first` to `last`, with about 2.1 proofs a standard each."""
    with transaction.atomic():
        _grow(first, last)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _grow(first: int, last: int) -> None:
    supplier = f"(SELECT min(id) FROM catalogue_supplier) + mod(n, {SUPPLIERS})"
    _fill(
        Product,
        f"generate_series({first}, {last}) AS n",
        ref="'bench-product-' || n",
        supplier_id=supplier,
        name="'Product ' || n",
        summary="'Keeps records.'",
        state="'listed'",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
            SELECT id, substr(ref, 15)::int AS n FROM catalogue_product
            WHERE substr(ref, 15)::int BETWEEN {first} AND {last};
            ANALYZE fresh
            """
        )
    _fill_what_products_do()
    _fill_proofs()


def _fill_what_products_do() -> None:
    _fill(
        Claim,
        "fresh AS p JOIN standards_capability AS c ON mod(p.n + c.id, 4) = 0",
        product_id="p.id",
        capability_id="c.id",
        claimed="daterange(date '2019-01-01' + mod(p.n, 900), NULL)",
    )
    _fill(
        Endpoint,
        "fresh AS p",
        product_id="p.id",
        url="'https://bench' || p.n || '.example.test/'",
        host="'bench' || p.n || '.example.test'",
        profile="'fhir-r4'",
        in_service="daterange('2022-01-01', NULL)",
        due_at="now()",
    )
    _fill(
        CheckSpell,
        """probes_endpoint AS e JOIN fresh AS p ON p.id = e.product_id CROSS JOIN (
            VALUES ('pass', daterange('2022-02-01', '2025-03-01')),
                ('fail', daterange('2025-03-01', '2025-04-01')),
                ('pass', daterange('2025-04-01', NULL))
        ) AS r (result, period)""",
        endpoint_id="e.id",
        check_id="'tls.version'",
        result="r.result",
        period="r.period",
    )
    _fill(
        Dispensation,
        "fresh AS p JOIN standards_standard AS s ON mod(p.n + s.id, 50) = 0",
        product_id="p.id",
        standard_id="s.id",
        period="daterange('2025-06-01', '2026-01-01')",
        reason="'Bench.'",
        decided_by_id="(SELECT min(id) FROM accounts_user)",
        decided_at="now()",
    )


def _fill_proofs() -> None:
    """Half of the pairs have evidence for each MUST criterion: one proof and its renewal, which
    overlaps or adjoins it, the last of three in five without end. A few have it for the edition
    before as well, some are renewed once more, and some were revoked.
    """
    start = "date '2021-01-01' + mod(p.n * 7 + c.id * 13, 700)::int + k.n * 730"
    last = "mod(p.n + v.standard_id, 5) > 1 AND k.n = 1"
    _fill(
        Submission,
        """fresh AS p CROSS JOIN standards_criterion AS c
        JOIN standards_standardversion AS v ON v.id = c.version_id
        CROSS JOIN LATERAL generate_series(0, 1 + (mod(p.n + c.id, 20) = 0)::int) AS k (n)
        WHERE c.level = 'MUST' AND mod(p.n + v.standard_id, 2) = 0
            AND (v.version = '2' OR mod(p.n + c.id, 29) = 0)""",
        ref="'b' || p.n || '-' || c.id || '-' || k.n",
        product_id="p.id",
        form="'document'",
        state="'accepted'",
        issuer="'Bench'",
        valid=f"daterange({start}, CASE WHEN {last} THEN NULL ELSE {start} + 730 END)",
        revoked_from="CASE WHEN mod(p.n + c.id, 97) = 0 THEN date '2024-05-01' END",
        created_by_id="(SELECT min(id) FROM accounts_user)",
        created_at="now()",
        submitted_at="now()",
    )
    _fill(
        SubmissionCriterion,
        "evidence_submission AS s JOIN fresh AS p ON p.id = s.product_id",
        submission_id="s.id",
        criterion_id="split_part(s.ref, '-', 2)::bigint",
    )


@transaction.atomic
def hold(contracts: int) -> None:
    """Contracts of buyers, half of whom were followed by another, each on one product or two.

    Terms of three to seven years; one value in ten is not known.
    """
    _fill(
        Organisation,
        f"generate_series(1, {BUYERS}) AS n",
        ods="'B' || lpad(n::text, 4, '0')",
        name="'Buyer ' || n",
        type="CASE WHEN mod(n, 2) = 0 THEN 'CCG' ELSE 'ICB' END",
        open="daterange('2013-04-01', NULL)",
    )
    _fill(
        Succession,
        """buyers_organisation AS old JOIN buyers_organisation AS new
        ON new.id = old.id - 1 AND mod(old.id, 2) = 0""",
        predecessor_id="old.id",
        successor_id="new.id",
        on="date '2022-07-01'",
    )
    start = "date '2020-04-01' + mod(n * 37, 2500)"
    _fill(
        Contract,
        f"generate_series(1, {contracts}) AS n",
        ref="'BENCH-' || n",
        buyer_id=f"(SELECT min(id) FROM buyers_organisation) + mod(n * 7, {BUYERS})",
        supplier_id=f"(SELECT min(id) FROM catalogue_supplier) + mod(n, {SUPPLIERS})",
        title="'Contract ' || n",
        term=f"daterange({start}, {start} + 1095 + mod(n, 5) * 365)",
        value="CASE WHEN mod(n, 10) > 0 THEN 1000 + mod(n * 7919, 900000) END",
        currency="'GBP'",
    )
    products = "(SELECT min(id) AS first, count(*)::int AS many FROM catalogue_product) AS p"
    _fill(
        ContractItem,
        f"""contracts_contract AS c CROSS JOIN {products}
        CROSS JOIN LATERAL generate_series(0, (mod(c.id, 3) = 0)::int) AS k (n)""",
        contract_id="c.id",
        product_id="p.first + mod(c.id::int * 13 + k.n * 101, p.many)",
    )


def _fill(model: type[models.Model], source: str, **expressions: str) -> None:
    """INSERT … SELECT `expressions` FROM `source`; other columns get their field's default."""
    columns, values, defaults = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.primary_key or field.generated:
            continue
        columns.append(connection.ops.quote_name(field.column))
        values.append(expressions.get(field.attname, "%s"))
        if field.attname not in expressions:
            default = LONG_AGO if getattr(field, "auto_now_add", False) else field.get_default()
            defaults.append(field.get_db_prep_save(default, connection))
    with connection.cursor() as cursor:
        # Generated rows refer to generated rows; checking each reference would take minutes.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM {source}",
            defaults,
        )


@transaction.atomic
def remember() -> None:
    """Keep the past of everything that is there now, as known since for ever (ADR 0017)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA history CASCADE")
        cursor.execute("DROP SCHEMA known CASCADE")
    install(using="default")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
