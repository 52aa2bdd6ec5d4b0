-- The keys of a table in the order in which they were found: what is added has the latest positions (hub/kept_log.py). Setting the hub
-- up again keeps them.
CREATE SCHEMA IF NOT EXISTS additions AUTHORIZATION gateway_identity;

-- One row a log: another name says that its positions have begun again, and no event of the earlier log can be resumed.
CREATE TABLE IF NOT EXISTS additions.log (
    table_name text PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    latest bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS additions.exposure (
    position bigint PRIMARY KEY,
    hash bigint NOT NULL UNIQUE,
    key text NOT NULL
);
CREATE TABLE IF NOT EXISTS additions.change (LIKE additions.exposure INCLUDING ALL);
ALTER TABLE additions.log OWNER TO gateway_identity;
ALTER TABLE additions.exposure OWNER TO gateway_identity;
ALTER TABLE additions.change OWNER TO gateway_identity;
GRANT USAGE ON SCHEMA additions TO gateway;
GRANT SELECT ON additions.log, additions.exposure, additions.change TO gateway;
