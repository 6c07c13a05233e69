-- The register's clock, and the moment that a reader asks about.
-- Put in by services/installing.py: pending, which kept tables have
-- versions without a moment, and stamps, one pair of updates for each kept table.

CREATE OR REPLACE FUNCTION history.asked_moment() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT current_setting('registry.known_at')::timestamptz
$$;

CREATE OR REPLACE FUNCTION history.refuse_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was known at a moment is read, never written';
END $$;

-- One moment for everything that this change did, after every change before it. A change says its
-- moment itself (asked_for); its parts, which say the same one, share it.
CREATE OR REPLACE FUNCTION history.tick(asked_for timestamptz) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    waiting text[];
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    INSERT INTO public.history_clock AS c (id, at, asked, transaction)
    VALUES (1, asked_for, asked_for, me)
    ON CONFLICT (id) DO UPDATE SET
        at = CASE
            WHEN EXCLUDED.asked > c.at THEN EXCLUDED.asked
            WHEN EXCLUDED.asked = c.asked AND EXCLUDED.transaction = c.transaction THEN c.at
            ELSE c.at + interval '1 microsecond'
        END,
        asked = EXCLUDED.asked,
        transaction = EXCLUDED.transaction
    RETURNING c.at INTO moment;
    -- Most changes touch a table or two: one question is cheaper than updates of every table.
    SELECT array_agg(w.name) INTO waiting FROM (
        {pending}
    ) AS w (name);
    {stamps}
    RETURN moment;
END $$;
