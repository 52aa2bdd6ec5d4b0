-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS login AUTHORIZATION gateway_jobs;
CREATE TABLE IF NOT EXISTS login.token ("token_id" text NOT NULL, "digest" text NOT NULL, "kind" text NOT NULL, "login" text NOT NULL, "groups" text[] NOT NULL, "label" text NOT NULL, "writes" boolean NOT NULL, "created" timestamp with time zone NOT NULL, "expires" timestamp with time zone NOT NULL, "sealed" text NOT NULL, PRIMARY KEY ("token_id"));
ALTER TABLE login.token ADD COLUMN IF NOT EXISTS sealed text NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS token_digest ON login.token ("digest");
CREATE INDEX IF NOT EXISTS token_login ON login.token ("login");
ALTER TABLE login.token OWNER TO gateway_jobs;
