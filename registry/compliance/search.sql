-- The search page in one statement: the products of one page, and every count of its facets, so
-- that words and terms are looked for once.
--
-- Put in by filters/facets.py: `matching`, the page's own question without verdict, hosting and
-- supplier, which widen (its columns are id, hosting, supplier_id and those of `order`); `order`,
-- the page's order; and `known_…`, which of the register's states of knowledge is meant.
-- What follows an "= ANY (ARRAY (…))" is read in the order of its index, not key by key.
WITH matching AS MATERIALIZED (
    {matching}
),
standing AS MATERIALIZED (
    -- Of most products nothing turns around the day: one row says what holds (ADR 0073).
    SELECT m.*, t.verdict, t.alike
    FROM matching AS m
    LEFT JOIN (
        SELECT product_id, verdict, alike
        FROM compliance_stretch
        WHERE %(now)s AND days @> %(day)s::date
            AND product_id = ANY (ARRAY (SELECT id FROM matching))
            AND product_id <> ALL (ARRAY (SELECT product_id FROM compliance_refreshowed))
    ) AS t ON t.product_id = m.id
),
others AS MATERIALIZED (
    SELECT id FROM standing WHERE verdict IS NULL
),
judged AS MATERIALIZED (
    SELECT v.product_id, v.verdict FROM compliance_verdictspell AS v
    WHERE v.product_id = ANY (ARRAY (SELECT id FROM others))
        AND v.period @> %(day)s::date AND {known_verdict}
),
ticked AS MATERIALIZED (
    SELECT *,
        %(any_verdict)s OR verdict = ANY (%(verdict)s) AS by_verdict,
        %(any_hosting)s OR hosting = ANY (%(hosting)s) AS by_hosting,
        %(any_supplier)s OR supplier_id = ANY (%(supplier)s) AS by_supplier
    FROM (
        SELECT {columns}, s.alike,
            coalesce(s.verdict, j.verdict, 'nothing_required') AS verdict
        FROM standing AS s
        LEFT JOIN judged AS j ON j.product_id = s.id
    ) AS with_verdict
),
found AS (
    SELECT * FROM ticked WHERE by_verdict AND by_hosting AND by_supplier
),
found_other AS MATERIALIZED (
    SELECT id FROM found WHERE alike IS NULL
),
kinds AS MATERIALIZED (
    -- Many products meet and claim the same: those are taken apart once.
    SELECT t.met, t.claimed, k.products
    FROM (
        SELECT count(*) AS products, min(id) AS one FROM found WHERE alike IS NOT NULL GROUP BY alike
    ) AS k
    JOIN compliance_stretch AS t ON t.product_id = k.one
),
thing AS (
    SELECT 'standard' AS facet, id, sum(products)::bigint AS products
    FROM (
        SELECT unnest(met) AS id, products FROM kinds
        UNION ALL
        SELECT s.standard_id, 1 FROM compliance_spell AS s
        WHERE s.product_id = ANY (ARRAY (SELECT id FROM found_other))
            AND s.status = 'met' AND s.period @> %(day)s::date AND {known_spell}
    ) AS met
    GROUP BY id
    UNION ALL
    SELECT 'capability', id, sum(products)::bigint
    FROM (
        SELECT unnest(claimed) AS id, products FROM kinds
        UNION ALL
        -- The periods of two claims of one capability may overlap (ADR 0006).
        SELECT c.capability_id, count(DISTINCT c.product_id) FROM catalogue_claim AS c
        WHERE c.product_id = ANY (ARRAY (SELECT id FROM found_other)) AND c.claimed @> %(day)s::date
        GROUP BY c.capability_id
    ) AS claimed
    GROUP BY id
    UNION ALL
    SELECT 'supplier', supplier_id, count(*) FROM ticked WHERE by_verdict AND by_hosting
    GROUP BY supplier_id
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY facet ORDER BY products DESC, id) AS place,
        count(*) OVER (PARTITION BY facet) AS of_all
    FROM thing
)
-- Group, key, label, count, and of how many choices these are the largest. Of a product of the page:
-- what lists read of it (selectors.pages.Listed), and its place.
SELECT 'total', NULL, NULL, count(*), NULL::bigint FROM found
UNION ALL
(SELECT 'owed', NULL, NULL, 1, NULL FROM compliance_refreshowed LIMIT 1)
UNION ALL
SELECT 'page', p.id::text, json_build_array(
        p.id, p.ref, p.name, p.summary, p.state, p.hosting, s.ref, s.name)::text, o.place, NULL
FROM (
    SELECT id, row_number() OVER () AS place
    FROM (SELECT id FROM found ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) AS in_order
) AS o
JOIN catalogue_product AS p ON p.id = o.id
JOIN catalogue_supplier AS s ON s.id = p.supplier_id
UNION ALL
SELECT 'verdict', verdict, NULL, count(*), NULL FROM ticked WHERE by_hosting AND by_supplier
GROUP BY verdict
UNION ALL
SELECT 'hosting', hosting, NULL, count(*), NULL FROM ticked WHERE by_verdict AND by_supplier
GROUP BY hosting
UNION ALL
SELECT r.facet, coalesce(s.code, c.ref, p.ref), coalesce(s.code || ' ' || s.name, c.name, p.name),
    r.products, r.of_all
FROM ranked AS r
LEFT JOIN standards_standard AS s ON r.facet = 'standard' AND s.id = r.id
LEFT JOIN standards_capability AS c ON r.facet = 'capability' AND c.id = r.id
LEFT JOIN catalogue_supplier AS p ON r.facet = 'supplier' AND p.id = r.id
WHERE r.place <= %(most)s OR (r.facet, r.id) IN (
    SELECT * FROM unnest(%(chosen_facets)s::text[], %(chosen_ids)s::bigint[])
)
