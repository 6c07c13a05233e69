-- Write down, for each product, the days around one day on which nothing about it changes, and
-- what holds on them. Written only where it differs from what stands there.
--
-- Parameters: product_ids (bigint[], NULL for every product); day (date). Who runs this has the
-- turn of a refresh (services/refreshing.py), so that what is read here is what is held.
WITH pairs AS (
    SELECT product_id, range_intersect_agg(period) AS days,
        array_agg(standard_id ORDER BY standard_id) FILTER (WHERE status = 'met') AS met
    FROM compliance_spell
    WHERE upper_inf(recorded) AND period @> %(day)s::date
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
    GROUP BY product_id
),
verdicts AS (
    -- A verdict can turn although no pair does: a standard that is met becomes required.
    SELECT product_id, period AS days, verdict
    FROM compliance_verdictspell
    WHERE upper_inf(recorded) AND period @> %(day)s::date
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
),
claims AS (
    -- From the last day on which a claim began or ended to the next one.
    SELECT product_id,
        daterange(
            max(edge) FILTER (WHERE edge <= %(day)s::date),
            min(edge) FILTER (WHERE edge > %(day)s::date)
        ) AS days,
        array_agg(DISTINCT capability_id) FILTER (WHERE claimed @> %(day)s::date) AS claimed
    FROM catalogue_claim
    CROSS JOIN LATERAL (VALUES (lower(claimed)), (upper(claimed))) AS of_claim (edge)
    WHERE %(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[])
    GROUP BY product_id
)
INSERT INTO compliance_stretch AS held (product_id, days, verdict, met, claimed, alike)
SELECT p.id,
    coalesce(pairs.days, '(,)') * coalesce(verdicts.days, '(,)') * coalesce(claims.days, '(,)'),
    coalesce(verdicts.verdict, 'nothing_required'),
    coalesce(pairs.met, '{}'),
    coalesce(claims.claimed, '{}'),
    md5(format('%%s %%s', coalesce(pairs.met, '{}'), coalesce(claims.claimed, '{}')))::uuid
FROM catalogue_product AS p
LEFT JOIN pairs ON pairs.product_id = p.id
LEFT JOIN verdicts ON verdicts.product_id = p.id
LEFT JOIN claims ON claims.product_id = p.id
WHERE %(product_ids)s::bigint[] IS NULL OR p.id = ANY (%(product_ids)s::bigint[])
ON CONFLICT (product_id) DO UPDATE
SET days = excluded.days, verdict = excluded.verdict, met = excluded.met,
    claimed = excluded.claimed, alike = excluded.alike
WHERE (held.days, held.verdict, held.met, held.claimed)
    IS DISTINCT FROM (excluded.days, excluded.verdict, excluded.met, excluded.claimed)
