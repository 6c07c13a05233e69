-- Appended to timeline.sql where facts are supposed: which days of a pair turn not_met, and which
-- cease to be, against what the register holds. Further parameter: on (date), the first day asked
-- about. Fills the temporary table supposed_pair, which registry.compliance.services makes.
, held AS (
    SELECT product_id, standard_id, range_agg(period) AS days
    FROM compliance_spell
    WHERE upper_inf(recorded)
        AND status = 'not_met'
        AND standard_id = ANY (%(standard_ids)s::bigint[])
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
    GROUP BY product_id, standard_id
),
difference AS (
    SELECT product_id, standard_id,
        ahead.days * (coalesce(pair.not_met, '{}') - coalesce(held.days, '{}')) AS turning,
        ahead.days * (coalesce(held.days, '{}') - coalesce(pair.not_met, '{}')) AS healing
    FROM pair
    FULL JOIN held USING (product_id, standard_id)
    CROSS JOIN (SELECT datemultirange(daterange(%(on)s::date, NULL)) AS days) AS ahead
),
written AS (
    INSERT INTO supposed_pair (product_id, standard_id, turning, healing)
    SELECT product_id, standard_id, turning, healing
    FROM difference
    WHERE NOT (isempty(turning) AND isempty(healing))
    RETURNING product_id
)
SELECT count(*) FROM written
