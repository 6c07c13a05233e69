-- Appended to timeline.sql: bring what the register holds true into line with what is
-- computed, writing only the difference. Further parameter: now (timestamptz).
, held_spell AS (
    SELECT id, product_id, standard_id, status, period
    FROM compliance_spell
    WHERE upper_inf(recorded)
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
),
spell_difference AS (
    SELECT held_spell.id, product_id, standard_id, period, spell.status
    FROM held_spell
    FULL JOIN spell USING (product_id, standard_id, period)
    WHERE held_spell.status IS DISTINCT FROM spell.status
),
held_verdict AS (
    SELECT id, product_id, verdict, period
    FROM compliance_verdictspell
    WHERE upper_inf(recorded)
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
),
verdict_difference AS (
    SELECT held_verdict.id, product_id, period, verdict.verdict
    FROM held_verdict
    FULL JOIN verdict USING (product_id, period)
    WHERE held_verdict.verdict IS DISTINCT FROM verdict.verdict
),
moment AS (
    -- What is recorded of a product only moves forward, whatever the clocks of several machines
    -- say: after everything recorded of it so far, if only by PostgreSQL's smallest step.
    SELECT d.product_id,
        CASE
            WHEN known.latest >= %(now)s::timestamptz THEN known.latest + interval '1 microsecond'
            ELSE %(now)s::timestamptz
        END AS moment
    FROM (
        -- A verdict can change alone: what a product met of its own accord becomes required.
        SELECT product_id FROM spell_difference UNION SELECT product_id FROM verdict_difference
    ) AS d
    CROSS JOIN LATERAL (
        SELECT max(greatest(lower(recorded), upper(recorded))) AS latest
        FROM (
            SELECT s.recorded FROM compliance_spell AS s WHERE s.product_id = d.product_id
            UNION ALL
            SELECT v.recorded FROM compliance_verdictspell AS v WHERE v.product_id = d.product_id
        ) AS history
    ) AS known
),
closed AS (
    UPDATE compliance_spell AS s
    SET recorded = tstzrange(lower(s.recorded), m.moment)
    FROM spell_difference AS d
    JOIN moment AS m USING (product_id)
    WHERE s.id = d.id
        -- Says nothing new, but lets one product's rows be found without reading everyone's.
        AND (%(product_ids)s::bigint[] IS NULL OR s.product_id = ANY (%(product_ids)s::bigint[]))
    RETURNING s.product_id
),
written AS (
    INSERT INTO compliance_spell (product_id, standard_id, status, period, recorded)
    SELECT d.product_id, d.standard_id, d.status, d.period, tstzrange(m.moment, NULL)
    FROM spell_difference AS d
    JOIN moment AS m USING (product_id)
    WHERE d.status IS NOT NULL
    RETURNING product_id
),
closed_verdict AS (
    UPDATE compliance_verdictspell AS v
    SET recorded = tstzrange(lower(v.recorded), m.moment)
    FROM verdict_difference AS d
    JOIN moment AS m USING (product_id)
    WHERE v.id = d.id
        AND (%(product_ids)s::bigint[] IS NULL OR v.product_id = ANY (%(product_ids)s::bigint[]))
),
written_verdict AS (
    INSERT INTO compliance_verdictspell (product_id, verdict, period, recorded)
    SELECT d.product_id, d.verdict, d.period, tstzrange(m.moment, NULL)
    FROM verdict_difference AS d
    JOIN moment AS m USING (product_id)
    WHERE d.verdict IS NOT NULL
)
SELECT product_id, coalesce(closed.spells, 0), coalesce(written.spells, 0)
FROM moment
LEFT JOIN (SELECT product_id, count(*) AS spells FROM closed GROUP BY product_id) AS closed
    USING (product_id)
LEFT JOIN (SELECT product_id, count(*) AS spells FROM written GROUP BY product_id) AS written
    USING (product_id)
ORDER BY product_id
