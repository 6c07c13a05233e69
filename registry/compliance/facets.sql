-- Every count of the search page in one statement, so that words and terms are looked for once.
--
-- Put in by filters/facets.py: the page's own query without verdict, hosting and supplier, which
-- widen (its columns are id, hosting and supplier_id), and which of the register's states of
-- knowledge is meant.
WITH matching AS MATERIALIZED ({matching}),
ticked AS MATERIALIZED (
    SELECT m.id, m.hosting, m.supplier_id,
        coalesce(v.verdict, 'nothing_required') AS verdict,
        %s OR coalesce(v.verdict, 'nothing_required') = ANY (%s) AS by_verdict,
        %s OR m.hosting = ANY (%s) AS by_hosting,
        %s OR m.supplier_id = ANY (%s) AS by_supplier
    FROM matching AS m
    LEFT JOIN compliance_verdictspell AS v
        ON v.product_id = m.id AND v.period @> %s AND {known_verdict}
),
found AS MATERIALIZED (
    SELECT id FROM ticked WHERE by_verdict AND by_hosting AND by_supplier
)
SELECT 'total', NULL, count(*) FROM found
UNION ALL
SELECT 'verdict', verdict, count(*) FROM ticked WHERE by_hosting AND by_supplier GROUP BY verdict
UNION ALL
SELECT 'hosting', hosting, count(*) FROM ticked WHERE by_verdict AND by_supplier GROUP BY hosting
UNION ALL
SELECT 'supplier', supplier_id::text, count(*)
FROM ticked WHERE by_verdict AND by_hosting GROUP BY supplier_id
UNION ALL
SELECT 'standard', s.standard_id::text, count(*)
FROM compliance_spell AS s JOIN found ON found.id = s.product_id
WHERE s.status = 'met' AND s.period @> %s AND {known_spell}
GROUP BY s.standard_id
UNION ALL
-- The periods of two claims of one capability may overlap (ADR 0006).
SELECT 'capability', c.capability_id::text, count(*)
FROM (
    SELECT DISTINCT claim.product_id, claim.capability_id
    FROM catalogue_claim AS claim JOIN found ON found.id = claim.product_id
    WHERE claim.claimed @> %s
) AS c
GROUP BY c.capability_id
