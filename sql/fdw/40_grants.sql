-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
ALTER SCHEMA crossid OWNER TO gateway_identity;
ALTER SCHEMA oifits OWNER TO gateway_identity;
DO $$ DECLARE held text; BEGIN
  FOR held IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('crossid', 'oifits') LOOP
    EXECUTE 'ALTER TABLE ' || held || ' OWNER TO gateway_identity';
  END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES FOR ROLE gateway_identity IN SCHEMA crossid GRANT SELECT ON TABLES TO gateway;
GRANT USAGE ON SCHEMA obsportal, oidb, jsdc, spica, crossid, oifits, ivoa, published, tap_user, tap_schema, gw TO gateway;
GRANT SELECT ON ALL TABLES IN SCHEMA obsportal, oidb, jsdc, spica, crossid, oifits, ivoa, published, tap_user, tap_schema, gw TO gateway;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gw TO gateway;
GRANT USAGE ON SCHEMA obsportal, oidb, jsdc, spica, gw TO gateway_identity;
GRANT SELECT ON ALL TABLES IN SCHEMA obsportal, oidb, jsdc, spica TO gateway_identity;
CREATE SCHEMA IF NOT EXISTS uws AUTHORIZATION gateway_jobs;
CREATE SCHEMA IF NOT EXISTS tap_upload AUTHORIZATION gateway_jobs;
CREATE SCHEMA IF NOT EXISTS published AUTHORIZATION gateway_jobs;
CREATE SCHEMA IF NOT EXISTS tap_user AUTHORIZATION gateway_jobs;
CREATE SCHEMA IF NOT EXISTS user_data AUTHORIZATION gateway_jobs;
GRANT USAGE ON SCHEMA tap_upload, published, tap_user, user_data TO gateway;
GRANT SELECT ON ALL TABLES IN SCHEMA tap_upload, published, tap_user, user_data TO gateway;
ALTER DEFAULT PRIVILEGES FOR ROLE gateway_jobs IN SCHEMA tap_upload, published, tap_user, user_data GRANT SELECT ON TABLES TO gateway;
GRANT USAGE ON SCHEMA gw TO gateway_jobs;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gw TO gateway_jobs;
GRANT USAGE ON SCHEMA tap_schema TO gateway_jobs;
GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA tap_schema TO gateway_jobs;
REVOKE ALL ON oifits.file, oifits.part FROM gateway;
REVOKE EXECUTE ON FUNCTION pg_sleep(double precision), pg_sleep_for(interval), pg_sleep_until(timestamptz), lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), query_to_xml(text, boolean, boolean, text), query_to_xmlschema(text, boolean, boolean, text), query_to_xml_and_xmlschema(text, boolean, boolean, text), database_to_xml(boolean, boolean, text), ts_stat(text), ts_stat(text, text) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gateway_identity, gateway_jobs', current_database());
END $$;
