-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS published AUTHORIZATION gateway_jobs;
CREATE TABLE IF NOT EXISTS published.catalogue ("table_name" text NOT NULL, "description" text, "n_rows" bigint NOT NULL, "published_at" timestamp with time zone NOT NULL, PRIMARY KEY (table_name));
CREATE TABLE IF NOT EXISTS published.declaration (
  table_name text PRIMARY KEY REFERENCES published.catalogue ON DELETE CASCADE, told jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS published.withdrawn (record text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS published.covered (table_name text PRIMARY KEY, spatial text NOT NULL, temporal float8[] NOT NULL, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE published.catalogue OWNER TO gateway_jobs;
ALTER TABLE published.declaration OWNER TO gateway_jobs;
ALTER TABLE published.withdrawn OWNER TO gateway_jobs;
ALTER TABLE published.covered OWNER TO gateway_jobs;
