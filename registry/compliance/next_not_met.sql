-- For each of some products the first day, from a day on, on which it is non-compliant, and the
-- standards not met on that day.
SELECT DISTINCT ON (product_id) product_id, first_day, array_agg(standard_id ORDER BY standard_id)
FROM (
    -- GREATEST passes over the NULL of an open start.
    SELECT v.product_id, v.standard_id, greatest(lower(v.period), %(day)s::date) AS first_day
    FROM compliance_spell AS v
    WHERE v.product_id = ANY (%(product_ids)s) AND v.status = 'not_met'
        AND v.period && daterange(%(day)s::date, NULL) AND {known}
) AS ahead
GROUP BY product_id, first_day
ORDER BY product_id, first_day
