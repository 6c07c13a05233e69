-- The search page in one statement: the products of one page, and every count of its facets, so
-- that words and terms are looked for once.
--
-- Put in by filters/facets.py: `matching`, the page's own question in its order, without
-- verdict, hosting and supplier, which widen (its columns are id, hosting and supplier_id); and
-- `known_…`, which of the register's states of knowledge
-- is meant.
-- What follows an "= ANY (ARRAY (…))" is read in the order of its index, not key by key.
WITH matching AS MATERIALIZED (
    SELECT id, hosting, supplier_id, row_number() OVER () AS place FROM ({matching}) AS in_order
),
steady AS MATERIALIZED (
    -- Nothing of these turns around the day: one row says what holds (ADR 0073).
    SELECT t.product_id, t.verdict, t.met, t.claimed
    FROM compliance_stretch AS t
    WHERE %(now)s AND t.days @> %(day)s::date
        AND t.product_id = ANY (ARRAY (SELECT id FROM matching))
        AND NOT EXISTS (SELECT FROM compliance_refreshowed AS o WHERE o.product_id = t.product_id)
),
others AS MATERIALIZED (
    SELECT id FROM matching EXCEPT ALL SELECT product_id FROM steady
),
judged AS MATERIALIZED (
    SELECT product_id, verdict FROM steady
    UNION ALL
    SELECT v.product_id, v.verdict FROM compliance_verdictspell AS v
    WHERE v.product_id = ANY (ARRAY (SELECT id FROM others))
        AND v.period @> %(day)s::date AND {known_verdict}
),
ticked AS MATERIALIZED (
    SELECT m.id, m.hosting, m.supplier_id, m.place,
        coalesce(j.verdict, 'nothing_required') AS verdict,
        %(any_verdict)s OR coalesce(j.verdict, 'nothing_required') = ANY (%(verdict)s) AS by_verdict,
        %(any_hosting)s OR m.hosting = ANY (%(hosting)s) AS by_hosting,
        %(any_supplier)s OR m.supplier_id = ANY (%(supplier)s) AS by_supplier
    FROM matching AS m
    LEFT JOIN judged AS j ON j.product_id = m.id
),
found AS MATERIALIZED (
    SELECT id, place FROM ticked WHERE by_verdict AND by_hosting AND by_supplier
),
found_steady AS MATERIALIZED (
    SELECT s.met, s.claimed FROM steady AS s JOIN found ON found.id = s.product_id
),
found_other AS MATERIALIZED (
    SELECT id FROM found JOIN others USING (id)
),
thing AS (
    SELECT 'standard' AS facet, id, sum(products)::bigint AS products
    FROM (
        -- Many products meet the same standards: those are taken apart once.
        SELECT unnest(met) AS id, products
        FROM (SELECT met, count(*) AS products FROM found_steady GROUP BY met) AS alike
        UNION ALL
        SELECT s.standard_id, 1 FROM compliance_spell AS s
        WHERE s.product_id = ANY (ARRAY (SELECT id FROM found_other))
            AND s.status = 'met' AND s.period @> %(day)s::date AND {known_spell}
    ) AS met
    GROUP BY id
    UNION ALL
    SELECT 'capability', id, sum(products)::bigint
    FROM (
        SELECT unnest(claimed) AS id, products
        FROM (SELECT claimed, count(*) AS products FROM found_steady GROUP BY claimed) AS alike
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
-- Group, key, label, count, and of how many choices these are the largest.
SELECT 'total', NULL, NULL, count(*), NULL::bigint FROM found
UNION ALL
(SELECT 'owed', NULL, NULL, 1, NULL FROM compliance_refreshowed LIMIT 1)
UNION ALL
(SELECT 'page', id::text, NULL, place, NULL FROM found ORDER BY place LIMIT %(limit)s OFFSET %(offset)s)
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
