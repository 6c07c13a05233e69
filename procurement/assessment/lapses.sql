-- The first day, %(on)s or later, on which the product of each submission in %(ids)s does not meet
-- a standard while a MUST criterion of it that the submission speaks to is not proved by other
-- evidence. Submissions without such a day are left out.
WITH spoken AS (
    SELECT s.id, s.product_id, v.standard_id, c.id AS criterion_id
    FROM evidence_submission AS s
    JOIN evidence_submissioncriterion AS sc ON sc.submission_id = s.id
    JOIN standards_criterion AS c ON c.id = sc.criterion_id AND c.level = 'MUST'
    JOIN standards_standardversion AS v ON v.id = c.version_id
    WHERE s.id = ANY (%(ids)s)
),
-- Until when accepted evidence that proves today goes on proving.
proved AS (
    SELECT a.product_id, ac.criterion_id,
        max(coalesce(least(upper(a.valid), a.revoked_from), 'infinity')) AS until
    FROM evidence_submission AS a
    JOIN evidence_submissioncriterion AS ac ON ac.submission_id = a.id
    WHERE a.state = 'accepted'
        AND a.product_id IN (SELECT product_id FROM spoken)
        AND a.valid @> %(on)s::date
        AND (a.revoked_from IS NULL OR a.revoked_from > %(on)s)
    GROUP BY a.product_id, ac.criterion_id
),
unproved AS (
    SELECT DISTINCT spoken.id, spoken.product_id, spoken.standard_id,
        coalesce(proved.until, %(on)s::date) AS since
    FROM spoken LEFT JOIN proved USING (product_id, criterion_id)
    WHERE coalesce(proved.until, %(on)s::date) <> 'infinity'
)
SELECT unproved.id, min(greatest(lower(x.period), unproved.since)) AS day
FROM unproved
JOIN compliance_spell AS x
    ON x.product_id = unproved.product_id AND x.standard_id = unproved.standard_id
WHERE x.status = 'not_met' AND upper_inf(x.recorded)
    AND (upper_inf(x.period) OR upper(x.period) > unproved.since)
GROUP BY unproved.id
