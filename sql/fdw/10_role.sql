-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
DO $$ BEGIN CREATE ROLE gateway LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE gateway_identity LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE gateway_jobs LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE gateway SET default_transaction_read_only = on;
ALTER ROLE gateway SET enable_mergejoin = off;
ALTER ROLE gateway_identity SET enable_mergejoin = off;
ALTER ROLE gateway_jobs SET enable_mergejoin = off;
