-- Tells whoever listens that something was committed: a statement costs one notification, a COPY of a million rows too.
--
-- For any source whose owner likes: the gateway listens where it is given the source's DSN, and looks a second later where not.
-- Made once the rows are in.

CREATE FUNCTION public.gateway_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('gateway_changed', pg_current_xact_id()::text); RETURN NULL; END $$;

DO $$ DECLARE held regclass; BEGIN
FOR held IN SELECT relid FROM pg_stat_user_tables LOOP EXECUTE format(
'CREATE TRIGGER gateway_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s EXECUTE FUNCTION public.gateway_changed()', held
); END LOOP; END $$;
