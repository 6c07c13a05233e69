-- Keeps every version of the rows of one table, and shows them as they were known.
-- Put in by services/installing.py: table, columns (of the table), shown (the same, some of
-- them computed), old and new (the columns that make a version, of `o` and of `n`).
--
-- A change is written without a moment, because only `history.tick` knows it: a version that
-- begins has no known_from yet, one that ends is known_ending.

CREATE OR REPLACE FUNCTION history.{table}_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO history.{table} ({columns}) SELECT {columns} FROM new_rows;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION history.{table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS (
        SELECT n.* FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
        WHERE ({new}) IS DISTINCT FROM ({old})
    ),
    -- What began in this very change was never known.
    replaced AS (
        DELETE FROM history.{table} AS v USING changed AS c
        WHERE v.id = c.id AND v.known_from IS NULL
    ),
    ended AS (
        UPDATE history.{table} AS v SET known_ending = true FROM changed AS c
        WHERE v.id = c.id AND v.known_from IS NOT NULL AND v.known_until IS NULL
            AND v.known_ending IS NULL
    )
    INSERT INTO history.{table} ({columns}) SELECT {columns} FROM changed;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION history.{table}_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM history.{table} AS v USING old_rows AS o
    WHERE v.id = o.id AND v.known_from IS NULL;
    UPDATE history.{table} AS v SET known_ending = true FROM old_rows AS o
    WHERE v.id = o.id AND v.known_until IS NULL AND v.known_ending IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION history.{table}_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM history.{table} WHERE known_from IS NULL;
    UPDATE history.{table} SET known_ending = true
    WHERE known_until IS NULL AND known_ending IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER keep_added AFTER INSERT ON public.{table}
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION history.{table}_added();
CREATE OR REPLACE TRIGGER keep_changed AFTER UPDATE ON public.{table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION history.{table}_changed();
CREATE OR REPLACE TRIGGER keep_removed AFTER DELETE ON public.{table}
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION history.{table}_removed();
CREATE OR REPLACE TRIGGER keep_emptied AFTER TRUNCATE ON public.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION history.{table}_emptied();

CREATE VIEW known.{table} AS
SELECT {shown} FROM history.{table} AS v
WHERE v.known_from <= (SELECT history.asked_moment())
    AND (v.known_until IS NULL OR v.known_until > (SELECT history.asked_moment()));
