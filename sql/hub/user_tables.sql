-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS tap_user AUTHORIZATION gateway_jobs;
CREATE TABLE IF NOT EXISTS tap_user.revision ("id" integer NOT NULL, "number" bigint NOT NULL, PRIMARY KEY (id));
CREATE TABLE IF NOT EXISTS tap_user.owner (login text PRIMARY KEY, schema_name text NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS tap_user.held (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, login text NOT NULL REFERENCES tap_user.owner, table_name text NOT NULL, description text NOT NULL, declared jsonb NOT NULL, loaded text[] NOT NULL, n_rows bigint NOT NULL, n_bytes bigint NOT NULL, revision bigint NOT NULL, UNIQUE (login, table_name));
CREATE TABLE IF NOT EXISTS tap_user.held_column (table_id bigint NOT NULL REFERENCES tap_user.held ON DELETE CASCADE, "column_name" text, "datatype" text, "arraysize" text, "xtype" text, "size" integer, "description" text, "utype" text, "unit" text, "ucd" text, "indexed" integer, "principal" integer, "std" integer, "column_index" integer, PRIMARY KEY (table_id, column_name));
CREATE TABLE IF NOT EXISTS tap_user.reader (table_id bigint NOT NULL REFERENCES tap_user.held ON DELETE CASCADE, kind text NOT NULL CHECK (kind IN ('person', 'group', 'everybody')), name text NOT NULL, PRIMARY KEY (kind, name, table_id));
INSERT INTO tap_user.revision VALUES (1, 0) ON CONFLICT DO NOTHING;
ALTER TABLE tap_user.revision OWNER TO gateway_jobs;
ALTER TABLE tap_user.owner OWNER TO gateway_jobs;
ALTER TABLE tap_user.held OWNER TO gateway_jobs;
ALTER TABLE tap_user.held_column OWNER TO gateway_jobs;
ALTER TABLE tap_user.reader OWNER TO gateway_jobs;
