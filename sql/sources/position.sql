-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS gw;
CREATE OR REPLACE VIEW gw.position AS SELECT pg_catalog.pg_postmaster_start_time() AS started, pg_catalog.pg_is_in_recovery() AS standby, CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.txid_current_snapshot()::text END AS replayed;
GRANT USAGE ON SCHEMA gw TO PUBLIC;
GRANT SELECT ON gw.position TO PUBLIC;
