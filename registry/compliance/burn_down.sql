-- How many products stand how with a standard on each Monday of a window (docs/adr/0065).
--
-- Put in by selectors/burn_down.py: which products are counted, and which of the register's
-- states of knowledge is meant. A spell is read once, whatever the weeks it lasts: it adds a
-- product from the first Monday in it, and takes it away from the first Monday after it.
WITH given AS (
    SELECT %s::bigint AS standard_id, %s::date AS since, %s::date AS until, %s::int AS weeks
),
held AS MATERIALIZED (
    SELECT s.product_id, s.period,
        -- The spells of a pair partition time and are as long as can be: one that is not required
        -- and ends is followed by one in which it is required or met.
        CASE
            WHEN s.status <> 'not_required' THEN s.status
            WHEN upper_inf(s.period) THEN 'no_longer'
            ELSE 'not_yet'
        END AS progress,
        s.status <> 'not_required' AND s.period && daterange(given.since, given.until) AS counts
    FROM given
    JOIN compliance_spell AS s ON s.standard_id = given.standard_id
    WHERE {known} AND s.product_id IN ({products})
),
counted AS (
    SELECT held.progress,
        -- Whole weeks from the first Monday, rounded up: the first Monday on or after a day.
        greatest((lower(held.period) - given.since + 6) / 7, 0) AS first,
        -- NULL for an open end, which GREATEST would pass over.
        CASE WHEN NOT upper_inf(held.period) THEN
            greatest((upper(held.period) - given.since + 6) / 7, 0)
        END AS after
    FROM given
    CROSS JOIN held
    WHERE held.product_id IN (SELECT product_id FROM held WHERE counts)
),
step AS (
    SELECT week, progress, sum(change) AS change
    FROM (
        SELECT first AS week, progress, 1 AS change FROM counted
        UNION ALL
        SELECT after, progress, -1 FROM counted
    ) AS boundary
    GROUP BY week, progress
)
SELECT week, progress,
    (sum(coalesce(step.change, 0)) OVER (PARTITION BY progress ORDER BY week))::int
FROM given
CROSS JOIN generate_series(0, given.weeks - 1) AS week
CROSS JOIN unnest(%s::text[]) AS progress
LEFT JOIN step USING (week, progress)
ORDER BY week, progress
