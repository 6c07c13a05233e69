"""The statements behind what supposed facts would do (impact.py says what they answer)."""

CONTRACTS_TABLE = """
    CREATE TEMPORARY TABLE supposed_contract (
        contract_id bigint, product_id bigint, first_day date
    ) ON COMMIT DROP
"""

# A contract is touched on the days of its term on which a product of it would turn not met.
JOIN_CONTRACTS = """
    INSERT INTO supposed_contract (contract_id, product_id, first_day)
    SELECT c.id, pair.product_id, min(lower(pair.turning * datemultirange(c.term)))
    FROM supposed_pair AS pair
    JOIN contracts_contractitem AS item ON item.product_id = pair.product_id
    JOIN contracts_contract AS c ON c.id = item.contract_id
    WHERE pair.turning && c.term
    GROUP BY c.id, pair.product_id
"""

_HARMED = """
    WITH harmed AS (
        SELECT product_id, min(lower(turning)) AS first_day,
            CASE WHEN bool_or(upper_inf(turning)) THEN NULL ELSE max(upper(turning)) END AS until,
            array_agg(standard_id ORDER BY standard_id) AS standards
        FROM supposed_pair
        WHERE NOT isempty(turning)
        GROUP BY product_id
    )
"""

PRODUCTS_SUMMARY = (
    _HARMED
    + """
    SELECT count(*), count(*) FILTER (WHERE p.state = %(listed)s),
        count(*) FILTER (WHERE v.verdict IS DISTINCT FROM %(bad)s), min(h.first_day)
    FROM harmed AS h
    JOIN catalogue_product AS p ON p.id = h.product_id
    LEFT JOIN compliance_verdictspell AS v ON v.product_id = h.product_id
        AND upper_inf(v.recorded) AND v.period @> h.first_day
"""
)

PRODUCTS = (
    _HARMED
    + """
    , at_stake AS (
        SELECT s.product_id, count(*) AS contracts,
            sum(c.value) FILTER (WHERE c.currency = 'GBP') AS value
        FROM supposed_contract AS s
        JOIN contracts_contract AS c ON c.id = s.contract_id
        GROUP BY s.product_id
    )
    , shown AS (
        SELECT h.*, p.ref, p.name, p.state, supplier.name AS supplier,
            coalesce(a.contracts, 0) AS contracts, a.value
        FROM harmed AS h
        JOIN catalogue_product AS p ON p.id = h.product_id
        JOIN catalogue_supplier AS supplier ON supplier.id = p.supplier_id
        LEFT JOIN at_stake AS a ON a.product_id = h.product_id
        ORDER BY a.value DESC NULLS LAST, contracts DESC, h.first_day, p.name, p.id
        LIMIT %(limit)s OFFSET %(offset)s
    )
    SELECT s.product_id, s.ref, s.name, s.supplier, s.state, s.standards, s.first_day, s.until,
        v.verdict, s.contracts, s.value
    FROM shown AS s
    LEFT JOIN compliance_verdictspell AS v ON v.product_id = s.product_id
        AND upper_inf(v.recorded) AND v.period @> s.first_day
    ORDER BY s.value DESC NULLS LAST, s.contracts DESC, s.first_day, s.name, s.product_id
"""
)

CONTRACTS = """
    SELECT s.contract_id, s.first_day, s.products
    FROM (
        SELECT contract_id, min(first_day) AS first_day,
            array_agg(product_id ORDER BY first_day, product_id) AS products
        FROM supposed_contract
        GROUP BY contract_id
    ) AS s
    JOIN contracts_contract AS c ON c.id = s.contract_id
    ORDER BY CASE WHEN c.currency = 'GBP' THEN c.value END DESC NULLS LAST, s.first_day, c.ref
    LIMIT %(limit)s OFFSET %(offset)s
"""

BY_BUYER = """
    SELECT c.buyer_id, count(*), sum(c.value) FILTER (WHERE c.currency = 'GBP'),
        count(*) FILTER (WHERE c.currency <> 'GBP' OR c.value IS NULL), min(s.first_day)
    FROM (
        SELECT contract_id, min(first_day) AS first_day FROM supposed_contract GROUP BY contract_id
    ) AS s
    JOIN contracts_contract AS c ON c.id = s.contract_id
    GROUP BY c.buyer_id
"""

# Pairs that would have no answer yet: the flag looks at them when the changes are published.
CASES = """
    SELECT count(*)
    FROM supposed_pair AS pair
    JOIN catalogue_product AS p ON p.id = pair.product_id AND p.state = %(listed)s
    WHERE pair.turning && daterange(%(on)s, %(horizon)s)
        AND NOT EXISTS (
            SELECT FROM phaseout_case AS c
            WHERE c.product_id = pair.product_id AND c.standard_id = pair.standard_id
                AND c.state = ANY (%(open)s)
        )
"""


CONTRACT_TOTALS = """
    SELECT count(*), sum(value) FILTER (WHERE currency = 'GBP'),
        count(*) FILTER (WHERE currency <> 'GBP' OR value IS NULL)
    FROM contracts_contract
    WHERE id IN (SELECT contract_id FROM supposed_contract)
"""

OTHERS = """
    SELECT count(DISTINCT product_id) FILTER (WHERE NOT isempty(healing)),
        count(DISTINCT product_id), (SELECT count(*) FROM catalogue_product),
        (SELECT count(*) FROM compliance_refreshowed)
    FROM supposed_pair
"""

PRODUCT_DAYS = """
    SELECT p.ref, p.name, a.value, h.first_day
    FROM (
        SELECT product_id, min(lower(turning)) AS first_day
        FROM supposed_pair WHERE NOT isempty(turning) GROUP BY product_id
    ) AS h
    JOIN catalogue_product AS p ON p.id = h.product_id
    LEFT JOIN (
        SELECT s.product_id, sum(c.value) FILTER (WHERE c.currency = 'GBP') AS value
        FROM supposed_contract AS s
        JOIN contracts_contract AS c ON c.id = s.contract_id
        GROUP BY s.product_id
    ) AS a ON a.product_id = h.product_id
"""

CONTRACT_DAYS = """
    SELECT c.ref, c.title, CASE WHEN c.currency = 'GBP' THEN c.value END, min(s.first_day)
    FROM supposed_contract AS s
    JOIN contracts_contract AS c ON c.id = s.contract_id
    GROUP BY c.id
"""

# Every contract, in words: a spreadsheet may hold the whole register's, so nothing is read twice.
# As text, as a spreadsheet has it: reading fifty thousand arrays and ranges takes a second.
CONTRACT_EXPORT = """
    SELECT c.ref, c.title, buyer.id, buyer.name, buyer.ods, supplier.name, s.products,
        s.first_day::text, coalesce(lower(c.term)::text, ''),
        coalesce((upper(c.term) - 1)::text, ''), coalesce(c.value::text, ''), c.currency
    FROM (
        SELECT touched.contract_id, min(touched.first_day) AS first_day,
            string_agg(p.name, '; ' ORDER BY touched.first_day, p.id) AS products
        FROM supposed_contract AS touched
        JOIN catalogue_product AS p ON p.id = touched.product_id
        GROUP BY touched.contract_id
    ) AS s
    JOIN contracts_contract AS c ON c.id = s.contract_id
    JOIN buyers_organisation AS buyer ON buyer.id = c.buyer_id
    JOIN catalogue_supplier AS supplier ON supplier.id = c.supplier_id
    ORDER BY CASE WHEN c.currency = 'GBP' THEN c.value END DESC NULLS LAST, s.first_day, c.ref
"""
