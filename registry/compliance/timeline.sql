-- What every pair of product and standard is, on every day of all time: the algebra of
-- docs/compliance.md as one set-wise statement over date multiranges.
--
-- Parameters: product_ids (bigint[], NULL for every product); standard_ids (the same of
-- standards: pairs with others, and verdicts on whole products, are then not there to be asked);
-- criterion_ids and profiles (parallel arrays: the endpoint profiles that a criterion's check
-- speaks of). What is NULL folds away before the statement is planned.
-- This file is the chain of sets; whoever runs it appends the question it asks of them:
--   proved (product, criterion, days)   required (product, standard, days)
--   pair (product, standard, met, exempt, not_met, not_required)
--   spell (product, standard, status, period)   verdict (product, verdict, period)
-- A multirange is kept canonical by PostgreSQL: sorted, and neighbouring days joined.
WITH must AS (
    SELECT c.id AS criterion_id, c.version_id, v.standard_id, v.accepted, c.check_id,
        count(*) OVER (PARTITION BY c.version_id) AS of_version
    FROM standards_criterion AS c
    JOIN standards_standardversion AS v ON v.id = c.version_id
    WHERE c.level = 'MUST'
        AND (%(standard_ids)s::bigint[] IS NULL OR v.standard_id = ANY (%(standard_ids)s::bigint[]))
),
evidenced AS (
    -- Revocation may name the first day: then nothing is left, and nothing is proved.
    SELECT s.product_id, sc.criterion_id,
        datemultirange(s.valid * daterange(NULL, s.revoked_from)) AS days
    FROM evidence_submission AS s
    JOIN evidence_submissioncriterion AS sc ON sc.submission_id = s.id
    WHERE s.state = 'accepted'
        AND (%(product_ids)s::bigint[] IS NULL OR s.product_id = ANY (%(product_ids)s::bigint[]))
        AND %(standard_ids)s::bigint[] IS NULL
    UNION ALL
    -- Of a few standards the proofs are looked up one by one (OFFSET keeps it so), which takes a
    -- third of the time of reading everybody's.
    SELECT s.product_id, m.criterion_id,
        datemultirange(s.valid * daterange(NULL, s.revoked_from)) AS days
    FROM must AS m
    JOIN evidence_submissioncriterion AS sc ON sc.criterion_id = m.criterion_id
    CROSS JOIN LATERAL (
        SELECT * FROM evidence_submission WHERE id = sc.submission_id OFFSET 0
    ) AS s
    WHERE s.state = 'accepted'
        AND (%(product_ids)s::bigint[] IS NULL OR s.product_id = ANY (%(product_ids)s::bigint[]))
        AND %(standard_ids)s::bigint[] IS NOT NULL
),
speaks AS (
    SELECT criterion_id, profile
    FROM unnest(%(criterion_ids)s::bigint[], %(profiles)s::text[]) AS given (criterion_id, profile)
),
passing AS (
    SELECT cs.endpoint_id, cs.check_id, range_agg(cs.period) AS days
    FROM probes_checkspell AS cs
    JOIN probes_endpoint AS e ON e.id = cs.endpoint_id
    WHERE cs.result = 'pass'
        AND (%(product_ids)s::bigint[] IS NULL OR e.product_id = ANY (%(product_ids)s::bigint[]))
    GROUP BY cs.endpoint_id, cs.check_id
),
checked AS (
    -- The days on which something is in service, less those on which any of it does not pass.
    SELECT e.product_id, m.criterion_id,
        range_agg(e.in_service)
        - range_agg(datemultirange(e.in_service) - coalesce(p.days, '{}')) AS days
    FROM probes_endpoint AS e
    JOIN speaks AS k ON k.profile = e.profile
    JOIN must AS m ON m.criterion_id = k.criterion_id
    LEFT JOIN passing AS p ON p.endpoint_id = e.id AND p.check_id = m.check_id
    WHERE %(product_ids)s::bigint[] IS NULL OR e.product_id = ANY (%(product_ids)s::bigint[])
    GROUP BY e.product_id, m.criterion_id
),
proved AS (
    SELECT product_id, criterion_id, range_agg(days) AS days
    FROM (SELECT * FROM evidenced UNION ALL SELECT * FROM checked) AS proof
    GROUP BY product_id, criterion_id
),
met_version AS (
    -- A version is met only where every one of its MUST criteria is: a criterion without any
    -- proof has no row, so they are counted.
    SELECT p.product_id, m.standard_id,
        range_intersect_agg(p.days) * datemultirange(m.accepted) AS days
    FROM proved AS p
    JOIN must AS m USING (criterion_id)
    GROUP BY p.product_id, m.standard_id, m.version_id, m.accepted, m.of_version
    HAVING count(*) = m.of_version
),
met AS (
    SELECT product_id, standard_id, range_agg(days) AS days
    FROM met_version
    GROUP BY product_id, standard_id
),
required AS (
    SELECT product_id, standard_id, range_agg(days) AS days
    FROM (
        SELECT p.id AS product_id, s.standard_id, s.required AS days
        FROM standards_standardscope AS s
        CROSS JOIN catalogue_product AS p
        WHERE s.capability_id IS NULL
            AND (%(product_ids)s::bigint[] IS NULL OR p.id = ANY (%(product_ids)s::bigint[]))
            AND (
                %(standard_ids)s::bigint[] IS NULL
                OR s.standard_id = ANY (%(standard_ids)s::bigint[])
            )
        UNION ALL
        SELECT c.product_id, s.standard_id, s.required * c.claimed
        FROM standards_standardscope AS s
        JOIN catalogue_claim AS c ON c.capability_id = s.capability_id
        WHERE (%(product_ids)s::bigint[] IS NULL OR c.product_id = ANY (%(product_ids)s::bigint[]))
            AND (
                %(standard_ids)s::bigint[] IS NULL
                OR s.standard_id = ANY (%(standard_ids)s::bigint[])
            )
    ) AS scope
    GROUP BY product_id, standard_id
),
excused AS (
    SELECT product_id, standard_id, range_agg(period) AS days
    FROM compliance_dispensation
    WHERE (%(product_ids)s::bigint[] IS NULL OR product_id = ANY (%(product_ids)s::bigint[]))
        AND (%(standard_ids)s::bigint[] IS NULL OR standard_id = ANY (%(standard_ids)s::bigint[]))
    GROUP BY product_id, standard_id
),
pair AS (
    SELECT product_id, standard_id, m AS met, r * e - m AS exempt, r - m - e AS not_met,
        '{(,)}'::datemultirange - m - r AS not_required, r AS required
    FROM (
        SELECT product_id, standard_id,
            coalesce(met.days, '{}') AS m,
            coalesce(required.days, '{}') AS r,
            coalesce(excused.days, '{}') AS e
        FROM met
        FULL JOIN required USING (product_id, standard_id)
        LEFT JOIN excused USING (product_id, standard_id)
    ) AS facts
    -- Only pairs that are ever required or met have a timeline.
    WHERE NOT (isempty(m) AND isempty(r))
),
spell AS (
    SELECT product_id, standard_id, part.status, period
    FROM pair
    CROSS JOIN LATERAL (
        VALUES ('met', met), ('exempt', exempt), ('not_met', not_met),
            ('not_required', not_required)
    ) AS part (status, days)
    CROSS JOIN LATERAL unnest(part.days) AS period
),
product_days AS (
    SELECT product_id,
        coalesce(range_agg(not_met), '{}') AS not_met,
        coalesce(range_agg(exempt), '{}') AS exempt,
        coalesce(range_agg(required), '{}') AS required
    FROM pair
    GROUP BY product_id
),
verdict AS (
    -- Only what is required makes a product compliant: a standard met of its own accord does not.
    SELECT product_id, part.verdict, period
    FROM product_days
    CROSS JOIN LATERAL (
        VALUES ('non_compliant', not_met), ('exempt', exempt - not_met),
            ('compliant', required - not_met - exempt),
            ('nothing_required', '{(,)}'::datemultirange - required)
    ) AS part (verdict, days)
    CROSS JOIN LATERAL unnest(part.days) AS period
)
