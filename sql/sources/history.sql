-- What writing to a source needs of its own, for the source's owner to run before `SOURCE_writing.sql`; again is no harm.
--
-- gw.history has every change of every column, by triggers, so that whatever writes is recorded: nobody can change it, the
-- role that writes may not even read it. Who asks, and by which door, are settings of the transaction. The role that writes is
-- many people's, and is refused where it does not say whose; another's own name is what is recorded of it.

CREATE SCHEMA IF NOT EXISTS gw;

CREATE TABLE IF NOT EXISTS gw.history (
    history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    changed_at timestamp with time zone NOT NULL,
    asker text NOT NULL,
    changed_by text NOT NULL,
    door text,
    table_name text NOT NULL,
    row_key text NOT NULL,
    spicadb_id bigint,
    target_program_id bigint,
    tpl_start timestamp with time zone,
    column_name text NOT NULL,
    old_value jsonb,
    new_value jsonb,
    row_version integer
);
ALTER TABLE gw.history ALTER row_version DROP NOT NULL;  -- rows of OiDB have none
CREATE INDEX IF NOT EXISTS history_row ON gw.history (table_name, row_key);
CREATE INDEX IF NOT EXISTS history_target ON gw.history (spicadb_id);
CREATE INDEX IF NOT EXISTS history_entry ON gw.history (target_program_id);
CREATE INDEX IF NOT EXISTS history_run ON gw.history (tpl_start);

CREATE TABLE IF NOT EXISTS gw.idempotency (
    asker text NOT NULL,
    idempotency_key text NOT NULL,
    request text NOT NULL,
    result text,
    done_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (asker, idempotency_key)
);

-- What everybody may read of it, of SPICA-DB alone: no logins, and nothing of who may write for whom.
CREATE OR REPLACE VIEW gw.spica_change AS
SELECT history_id AS change_id, changed_at, changed_by, door, table_name, row_key, spicadb_id AS changed_target,
    target_program_id AS changed_entry, tpl_start AS changed_run,
    column_name, old_value, new_value, row_version
FROM gw.history WHERE table_name IN ('spica.target', 'spica.target_program', 'spica.followup');

CREATE OR REPLACE FUNCTION gw.said(name text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('gw.' || name, true), '') $$;

-- Whether who asks may change rows of a catalogue that name these principal investigators; NULL for administrators alone.
CREATE OR REPLACE FUNCTION gw.may(names text, catalogue text) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT coalesce(gw.said('rights')::jsonb -> 'every' ? catalogue, false) OR EXISTS (
    SELECT FROM unnest(string_to_array(upper(names), '/')) AS named
    WHERE gw.said('rights')::jsonb -> 'names' -> catalogue ? btrim(named)
) $$;

CREATE OR REPLACE FUNCTION gw.may_add(catalogue text) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT gw.may(NULL, catalogue) OR coalesce(jsonb_array_length(gw.said('rights')::jsonb -> 'names' -> catalogue) > 0, false)
$$;

-- Of the role that writes, refuses what administrators of a catalogue (first argument) alone change: the columns of a JSON
-- object (second), each with the value that they alone give a row or take from it, or null for whatever it holds.
CREATE OR REPLACE FUNCTION gw.require_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := to_jsonb(NEW);
    changed text;
BEGIN
IF session_user NOT LIKE 'gateway\_%' OR gw.may(NULL, TG_ARGV[0]) THEN
    RETURN NEW;
END IF;
SELECT key INTO changed FROM jsonb_each_text(TG_ARGV[1]::jsonb) AS reserved
WHERE CASE WHEN value IS NULL THEN before ->> key IS DISTINCT FROM after ->> key
    ELSE (before ->> key IS NOT DISTINCT FROM value) <> (after ->> key IS NOT DISTINCT FROM value) END;
IF changed IS NOT NULL THEN
    RAISE EXCEPTION '% is changed so by administrators of % alone', changed, TG_ARGV[0] USING ERRCODE = '42501';
END IF;
RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gw.require_said() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
IF gw.said('asker') IS NULL AND session_user LIKE 'gateway\_%' THEN
    RAISE EXCEPTION 'nobody is said to ask for this change: set gw.asker in its transaction' USING ERRCODE = '42501';
END IF;
END $$;

CREATE OR REPLACE FUNCTION gw.require_asker() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM gw.require_said();
RETURN coalesce(NEW, OLD);
END $$;

CREATE OR REPLACE FUNCTION gw.next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM gw.require_said();
IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
ELSIF (to_jsonb(OLD) - 'lastmods') IS DISTINCT FROM (to_jsonb(NEW) - 'lastmods') THEN
    NEW.version := OLD.version + 1;
END IF;
RETURN NEW;
END $$;

-- After the row is written, as its owner: a row of history for each column that is another now; of tables of which the trigger
-- says so, one alone for a row that is made or deleted, with all of it under the name *. The clock, not now(): a transaction
-- that waited for another's row began before what it follows.
CREATE OR REPLACE FUNCTION gw.record_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    held jsonb := before || after;
    who text := coalesce(gw.said('asker'), session_user);
    moment timestamp with time zone := clock_timestamp();
BEGIN
IF TG_NARGS > 2 AND TG_OP <> 'UPDATE' THEN
    before := CASE TG_OP WHEN 'DELETE' THEN jsonb_build_object('*', before) ELSE before END;
    after := CASE TG_OP WHEN 'INSERT' THEN jsonb_build_object('*', after) ELSE after END;
END IF;
INSERT INTO gw.history (
    changed_at, asker, changed_by, door, table_name, row_key, spicadb_id, target_program_id, tpl_start, column_name,
    old_value, new_value, row_version
)
SELECT moment, who, coalesce(gw.said('rights')::jsonb ->> 'called', who), coalesce(gw.said('door'), 'database'), TG_ARGV[0],
    held ->> TG_ARGV[1], (held ->> 'spicadb_id')::bigint, (held ->> 'target_program_id')::bigint,
    (held ->> 'tpl_start')::timestamp with time zone, changed.name, nullif(before -> changed.name, 'null'),
    nullif(after -> changed.name, 'null'), (held ->> 'version')::integer
FROM jsonb_object_keys(before || after) AS changed (name)
WHERE changed.name NOT IN ('version', 'lastmods')
    AND nullif(before -> changed.name, 'null') IS DISTINCT FROM nullif(after -> changed.name, 'null')
ORDER BY changed.name;
RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gw.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'gw.history only grows: what was recorded stays' USING ERRCODE = '42501'; END $$;

DROP TRIGGER IF EXISTS only_grows ON gw.history;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON gw.history
FOR EACH STATEMENT EXECUTE FUNCTION gw.refuse_change();
