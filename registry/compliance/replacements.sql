-- Products that could replace one, best first: the set of rules/replacing.py (docs/adr/0067).
--
-- Put in by selectors/replacements.py: who is a candidate at all (its columns are id and name),
-- and which of the register's states of knowledge is meant.
WITH asked AS NOT MATERIALIZED (
    SELECT %s::bigint AS product_id, %s::date AS day, %s::date AS start, %s::date AS until,
        %s::text[] AS good
),
candidate AS ({candidates}),
wanted AS MATERIALIZED (
    -- The periods of two claims of one capability may overlap (ADR 0006).
    SELECT DISTINCT claim.capability_id
    FROM asked
    JOIN catalogue_claim AS claim USING (product_id)
    JOIN standards_capability AS capability ON capability.id = claim.capability_id
    WHERE claim.claimed @> asked.day AND capability."group" = 'national'
),
shared AS MATERIALIZED (
    SELECT claim.product_id, count(DISTINCT claim.capability_id) AS overlap
    FROM asked
    CROSS JOIN wanted
    JOIN catalogue_claim AS claim USING (capability_id)
    WHERE claim.claimed @> asked.start AND claim.product_id <> asked.product_id
    GROUP BY claim.product_id
),
stay AS (
    -- Joined by adding up: the planner cannot know how many verdicts were known at a moment, and
    -- where it expected one it looked through all of them for every product.
    SELECT product_id, max(overlap) AS overlap, count(verdict) AS verdicts, min(fails_on) AS fails_on
    FROM (
        SELECT product_id, overlap, NULL AS verdict, NULL::date AS fails_on FROM shared
        UNION ALL
        -- GREATEST passes over the NULL of an open start.
        SELECT spell.product_id, NULL, spell.verdict,
            CASE WHEN spell.verdict <> ALL (asked.good)
                THEN greatest(lower(spell.period), asked.start) END
        FROM asked
        JOIN compliance_verdictspell AS spell
            ON spell.product_id = ANY (ARRAY (SELECT product_id FROM shared))
        -- Said of the end, because `&&` would send each product to the index of exclusions.
        WHERE (upper_inf(spell.period) OR upper(spell.period) > asked.start) AND {known}
    ) AS together
    GROUP BY product_id
),
placed AS (
    -- Nothing was ever required of a product without verdicts: it fails at once.
    SELECT candidate.id, candidate.name, stay.overlap, asked.until,
        CASE WHEN stay.verdicts = 0 THEN asked.start ELSE stay.fails_on END AS fails_on
    FROM asked
    CROSS JOIN candidate
    JOIN stay ON stay.product_id = candidate.id
),
judged AS MATERIALIZED (
    -- A term without an end (NULL) is passed by what never fails.
    SELECT id, name, overlap, fails_on,
        fails_on IS NULL OR coalesce(fails_on >= until, false) AS passes
    FROM placed
)
-- At least one row, whose place is NULL when none is shown: the counts are always told.
SELECT total.places, total.passing, shown.*
FROM (SELECT count(*) AS places, count(*) FILTER (WHERE passes) AS passing FROM judged) AS total
LEFT JOIN (
    SELECT * FROM judged WHERE passes OR %s
    ORDER BY overlap DESC, fails_on DESC NULLS FIRST, name, id
    LIMIT %s
) AS shown ON true
ORDER BY overlap DESC, fails_on DESC NULLS FIRST, name, id
