-- Appended to timeline.sql: bring what the register holds true into line with what is
-- computed, writing only the difference, and what the difference means: who changes from what to
-- what, over which days. Further parameters: now (timestamptz); causes, why (jsonb), and
-- own_causes, an object of those of single products, by product.
, held_spell AS (
    SELECT id, product_id, standard_id, status, period
    FROM compliance_spell
    WHERE upper_inf(recorded)
        AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
),
spell_difference AS (
    SELECT held_spell.id, product_id, standard_id, period, spell.status,
        held_spell.status AS held_status
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
    SELECT held_verdict.id, product_id, period, verdict.verdict,
        held_verdict.verdict AS held_verdict
    FROM held_verdict
    FULL JOIN verdict USING (product_id, period)
    WHERE held_verdict.verdict IS DISTINCT FROM verdict.verdict
),
moment AS (
    -- `now` is a moment of the register's own clock: after everything recorded so far.
    SELECT d.product_id, %(now)s::timestamptz AS moment
    FROM (
        -- A verdict can change alone: what a product met of its own accord becomes required.
        SELECT product_id FROM spell_difference UNION SELECT product_id FROM verdict_difference
    ) AS d
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
),
revision AS (
    INSERT INTO compliance_revision (product_id, recorded_at, causes)
    SELECT product_id, moment,
        coalesce(%(own_causes)s::jsonb -> product_id::text, %(causes)s::jsonb)
    FROM moment
    ORDER BY product_id
    RETURNING id, product_id
),
-- Both sides of a difference are days of the same pair. Where it had a timeline before and has
-- one now they are the same days, cut differently; a pair without any is not required. Two
-- stretches that share days and differ in status are a change on the days they share.
was AS (
    SELECT product_id, standard_id, held_status AS status, period
    FROM spell_difference
    WHERE id IS NOT NULL
),
becomes AS (
    SELECT product_id, standard_id, status, period
    FROM spell_difference
    WHERE status IS NOT NULL
),
written_change AS (
    INSERT INTO compliance_change (revision_id, standard_id, from_status, to_status, period)
    SELECT r.id, standard_id, coalesce(was.status, 'not_required'),
        coalesce(becomes.status, 'not_required'),
        coalesce(was.period * becomes.period, was.period, becomes.period)
    FROM was
    FULL JOIN becomes USING (product_id, standard_id)
    JOIN revision AS r USING (product_id)
    WHERE (was.period && becomes.period) IS NOT FALSE
        AND coalesce(was.status, 'not_required') <> coalesce(becomes.status, 'not_required')
),
was_verdict AS (
    SELECT product_id, held_verdict AS verdict, period FROM verdict_difference WHERE id IS NOT NULL
),
becomes_verdict AS (
    SELECT product_id, verdict, period FROM verdict_difference WHERE verdict IS NOT NULL
),
written_verdict_change AS (
    INSERT INTO compliance_verdictchange (revision_id, from_verdict, to_verdict, period)
    SELECT r.id, coalesce(was.verdict, 'nothing_required'),
        coalesce(becomes.verdict, 'nothing_required'),
        coalesce(was.period * becomes.period, was.period, becomes.period)
    FROM was_verdict AS was
    FULL JOIN becomes_verdict AS becomes USING (product_id)
    JOIN revision AS r USING (product_id)
    WHERE (was.period && becomes.period) IS NOT FALSE
        AND coalesce(was.verdict, 'nothing_required')
            <> coalesce(becomes.verdict, 'nothing_required')
)
SELECT product_id, coalesce(closed.spells, 0), coalesce(written.spells, 0), revision.id
FROM moment
JOIN revision USING (product_id)
LEFT JOIN (SELECT product_id, count(*) AS spells FROM closed GROUP BY product_id) AS closed
    USING (product_id)
LEFT JOIN (SELECT product_id, count(*) AS spells FROM written GROUP BY product_id) AS written
    USING (product_id)
ORDER BY product_id
