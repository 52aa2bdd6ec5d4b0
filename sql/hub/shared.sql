-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS shared AUTHORIZATION gateway_jobs;
CREATE TABLE IF NOT EXISTS shared.figure (kind text NOT NULL, name text NOT NULL, version text NOT NULL, content bytea NOT NULL, made timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (kind, name, version));
CREATE TABLE IF NOT EXISTS shared.document (digest text PRIMARY KEY, content text NOT NULL, sent timestamptz NOT NULL DEFAULT now());
ALTER TABLE shared.figure OWNER TO gateway_jobs;
ALTER TABLE shared.document OWNER TO gateway_jobs;
