-- Names alike and beginnings of names, for search as one types (planning/name_search.py): by trigrams where the server has pg_trgm; where
-- it has not, nothing is similar, and names are looked through for words that begin so.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege THEN
  RAISE NOTICE 'pg_trgm is not there: search finds no similar names';
END $$;

-- Bodies that are inlined, so that the index below answers them.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE OR REPLACE FUNCTION gw.similar(name text, typed text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
      'SELECT name OPERATOR(public.%) typed';
    CREATE OR REPLACE FUNCTION gw.similarity(name text, typed text) RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
      'SELECT public.similarity(name, typed)';
    CREATE INDEX star_name_similar ON crossid.star_name USING gin (designation public.gin_trgm_ops) WHERE designation !~ '[0-9]';
    CREATE INDEX target_similar ON crossid.target USING gin (designation public.gin_trgm_ops) WHERE designation !~ '[0-9]';
    CREATE INDEX granule_similar ON crossid.granule USING gin (designation public.gin_trgm_ops) WHERE designation !~ '[0-9]';
    CREATE INDEX spica_similar ON crossid.spica USING gin (designation public.gin_trgm_ops) WHERE designation !~ '[0-9]';
  ELSE
    CREATE OR REPLACE FUNCTION gw.similar(name text, typed text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT false';
    CREATE OR REPLACE FUNCTION gw.similarity(name text, typed text) RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0::real';
  END IF;
END $$;

-- Names in their order, the first record of each first: a name that ten thousand have is passed over in the index.
CREATE INDEX target_folded ON crossid.target ((lower(replace(designation, ' ', '')) COLLATE "C"), target_id);
CREATE INDEX granule_folded ON crossid.granule ((lower(replace(designation, ' ', '')) COLLATE "C"), id);
CREATE INDEX spica_folded ON crossid.spica ((lower(replace(designation, ' ', '')) COLLATE "C"), spicadb_id);
