"""Declarations → DDL of the hub's foreign data: servers, user mappings, foreign tables, grants.

The texts are input of psql: `:'oidb_host'` and the like are psql variables, so that no file holds a password.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from schema import oifits, tap_schema, user_tables
from schema.catalog import LOCAL, SOURCES
from schema.column import Column
from schema.roles import IDLE, READING, SORTING, WRITING, settings_ddl
from schema.table import Source, Table

ROLE = "gateway"
"""Role of the hub that serves requests: it may read the foreign tables and nothing else."""
WRITER = "gateway_identity"
"""Role of the hub that identifies stars and indexes files: it may read the foreign tables, and owns `FILLED`."""
FILLED = ("crossid", oifits.NAME)
"""Schemas of the hub that are filled from the sources and from files."""
JOBS = "gateway_jobs"
"""Role of the hub that writes for users: it owns the schemas of `WORKPLACES`, and reads no source."""
UPLOADS = "tap_upload"
"""Schema of the hub for uploaded tables."""
WORKPLACES = ("uws", UPLOADS, "published", user_tables.NAME, user_tables.HELD)
"""Schemas for jobs and their queue, uploaded tables, tables that the centre publishes, and those that people keep."""
SHOWN = ", ".join(WORKPLACES[1:])
"""Those that the role that serves may read."""
READER = "gateway_reader"
"""Role at each source that the hub connects as."""
SETTINGS = {
    name: {**settings, **IDLE, **SORTING} for name, settings in ((ROLE, READING), (WRITER, WRITING), (JOBS, WRITING))
}
"""Settings of the hub's roles."""
WITHHELD = (
    "pg_sleep(double precision)", "pg_sleep_for(interval)", "pg_sleep_until(timestamptz)",
    "lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)",
    "query_to_xml(text, boolean, boolean, text)", "query_to_xmlschema(text, boolean, boolean, text)",
    "query_to_xml_and_xmlschema(text, boolean, boolean, text)", "database_to_xml(boolean, boolean, text)",
    "ts_stat(text)", "ts_stat(text, text)",
)  # fmt: skip
"""Functions that wait, create large objects, or execute SQL given as text."""
VARIABLES = ("host", "port", "dbname", "user", "password")
OPTIONS = (
    "extensions :'spatial', fetch_size '5000', async_capable 'true', connect_timeout '2', updatable 'false', "
    "options '-c jit=off', keepalives_idle '5', keepalives_interval '2', keepalives_count '3', tcp_user_timeout '6000'"
)
"""Without `extensions` no spatial condition is shipped and every cone fetches its whole table (1 000 times slower).

A connection cut off from the network is given up after some ten seconds, not after two hours.
"""
CATALOGUE: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "counter": (
            "pg_catalog.pg_stat_all_tables",
            (
                "relid oid", "schemaname text", "relname text",
                "n_tup_ins bigint", "n_tup_upd bigint", "n_tup_del bigint",
            ),
        ),
        "relation": (
            "pg_catalog.pg_class",
            ("oid oid", "relname text", "relfilenode oid", "row_version xid OPTIONS (column_name 'xmin')"),
        ),
        "attribute": (
            "pg_catalog.pg_attribute",
            ("attrelid oid", "attnum smallint", "row_version xid OPTIONS (column_name 'xmin')"),
        ),
        "setting": ("pg_catalog.pg_settings", ("name text", "setting text")),
        "server": ("pg_catalog.pg_stat_bgwriter", ("stats_reset timestamptz",)),
        "database": ("pg_catalog.pg_stat_database", ("datid oid", "stats_reset timestamptz")),
        "start": ("pg_catalog.pg_stat_recovery_prefetch", ("stats_reset timestamptz",)),
        "position": ("gw.position", ("started timestamptz", "standby boolean", "replayed text")),
        "locale": ("pg_catalog.pg_database", ("datname name", 'datlocprovider "char"', "datcollate text")),
        "collation": (
            "information_schema.columns",
            ("table_catalog text", "table_schema text", "table_name text", "column_name text", "collation_name text"),
        ),
    }
)  # fmt: skip
"""What a source's version is read of, by name (`sql/queries/hub/versions.sql`): relation at the source, and columns.

All but the last are PostgreSQL's own, and any role may read them. postgres_fdw asks for a system column as for another,
if the foreign one has another name.
"""
POSITION = (
    "SELECT pg_catalog.pg_postmaster_start_time() AS started, pg_catalog.pg_is_in_recovery() AS standby, "
    "CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.txid_current_snapshot()::text END AS replayed"
)
"""What only functions tell of a server, which postgres_fdw does not call: a view at the source does.

The snapshot is the replay position as transactions see it: it moves as each becomes visible, neither before nor after,
and not with what changes no row, as pg_last_wal_replay_lsn does (checkpoints, vacuum).
"""


def servers() -> str:
    """DDL of a server for each source, with user mappings for the roles and for the owner, who runs ANALYZE."""
    return "CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA public;\n" + "".join(map(server, SOURCES.values()))


def server(source: Source) -> str:
    """DDL of a source's server."""
    host, port, dbname, user, password = (f":'{source.name}_{variable}'" for variable in VARIABLES)
    login = f"OPTIONS (user {user}, password {password}, password_required 'false')"
    return (
        f"\nDROP SERVER IF EXISTS {source.name} CASCADE;\n"
        f"CREATE SERVER {source.name} FOREIGN DATA WRAPPER postgres_fdw\n"
        f"  OPTIONS (host {host}, port {port}, dbname {dbname}, {OPTIONS});\n"
        f"CREATE USER MAPPING FOR CURRENT_USER SERVER {source.name} {login};\n"
        f"CREATE USER MAPPING FOR {ROLE} SERVER {source.name} {login};\n"
        f"CREATE USER MAPPING FOR {WRITER} SERVER {source.name} {login};\n"
    )


def addresses() -> str:
    """DDL that changes host and port of the servers and nothing else."""
    return "".join(
        f"ALTER SERVER {name} OPTIONS (SET host :'{name}_host', SET port :'{name}_port');\n" for name in SOURCES
    )


def foreign_tables() -> str:
    """DDL of every foreign table, in the schema of its source."""
    return "\n".join(
        f"CREATE SCHEMA IF NOT EXISTS {source.name};\n\n"
        + "\n".join((*map(foreign_table, source.tables), *catalogue_ddl(source.name)))
        for source in SOURCES.values()
    )


def catalogue_ddl(source: str) -> Iterator[str]:
    """DDL of the foreign tables that a source's version is read of (`CATALOGUE`)."""
    for name, (remote, columns) in CATALOGUE.items():
        schema_name, _, relation = remote.partition(".")
        column_lines = ",\n".join(f"  {column}" for column in columns)
        yield (
            f"CREATE FOREIGN TABLE gw.{source}_{name} (\n{column_lines}\n)\n"
            f"  SERVER {source} OPTIONS (schema_name '{schema_name}', table_name '{relation}');\n"
        )


def foreign_table(table: Table) -> str:
    """DDL of a foreign table."""
    schema_name, _, relation = table.remote.partition(".")
    columns = ",\n".join(f"  {_column(column)}" for column in table.stored)
    return (
        f"CREATE FOREIGN TABLE {table.qualified} (\n{columns}\n)\n"
        f"  SERVER {table.source} OPTIONS (schema_name '{schema_name}', table_name '{relation}');\n"
    )


def _column(column: Column) -> str:
    renamed = f" OPTIONS (column_name '{column.remote}')" if column.remote else ""
    return f'"{column.sql}" {column.type.sql}{renamed}'


def role() -> str:
    """DDL of the hub's three roles."""
    return (
        "".join(
            f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
            for name in (ROLE, WRITER, JOBS)
        )
        + f"ALTER ROLE {ROLE} SET default_transaction_read_only = on;\n"
        + "".join(settings_ddl(name, settings) for name, settings in SETTINGS.items())
    )


def grants() -> str:
    """DDL of the roles' privileges."""
    held, foreign = ", ".join((*SOURCES, *LOCAL, tap_schema.NAME)), ", ".join(SOURCES)
    return (
        _owned() + f"GRANT USAGE ON SCHEMA {held}, gw TO {ROLE};\n"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {held}, gw TO {ROLE};\n"
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gw TO {ROLE};\n"
        f"GRANT USAGE ON SCHEMA {foreign}, gw TO {WRITER};\n"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {foreign} TO {WRITER};\n" + _workplaces() + _withheld()
    )


def _owned() -> str:
    """DDL that gives the schemas of `FILLED` to `WRITER`; later tables of theirs may be read by `ROLE` too."""
    schemas = ", ".join(f"'{name}'" for name in FILLED)
    held = f"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ({schemas})"  # noqa: S608
    return (
        "".join(f"ALTER SCHEMA {name} OWNER TO {WRITER};\n" for name in FILLED)
        + f"DO $$ DECLARE held text; BEGIN\n  FOR held IN {held} LOOP\n"
        f"    EXECUTE 'ALTER TABLE ' || held || ' OWNER TO {WRITER}';\n"
        "  END LOOP;\nEND $$;\n"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {WRITER} IN SCHEMA crossid GRANT SELECT ON TABLES TO {ROLE};\n"
    )


def _workplaces() -> str:
    """DDL of the schemas that the role of jobs owns; existing ones are kept."""
    return (
        "".join(f"CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {JOBS};\n" for name in WORKPLACES)
        + f"GRANT USAGE ON SCHEMA {SHOWN} TO {ROLE};\n"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {SHOWN} TO {ROLE};\n"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {JOBS} IN SCHEMA {SHOWN} GRANT SELECT ON TABLES TO {ROLE};\n"
        f"GRANT USAGE ON SCHEMA gw TO {JOBS};\n"
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gw TO {JOBS};\n"
        f"GRANT USAGE ON SCHEMA {tap_schema.NAME} TO {JOBS};\n"
        f"GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA {tap_schema.NAME} TO {JOBS};\n"
    )


def _withheld() -> str:
    """DDL that revokes what PostgreSQL grants to PUBLIC and no query needs.

    Nothing of it can be reached by what we compile: this is for the day that something else can.
    """
    private = ", ".join(f"{oifits.NAME}.{name}" for name in oifits.PRIVATE)
    return (
        f"REVOKE ALL ON {private} FROM {ROLE};\n"
        f"REVOKE EXECUTE ON FUNCTION {', '.join(WITHHELD)} FROM PUBLIC;\n"
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n"
        "DO $$ BEGIN\n"
        "  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());\n"
        f"  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {WRITER}, {JOBS}', current_database());\n"
        "END $$;\n"
    )


def analyze() -> str:
    """ANALYZE of the foreign tables, without which postgres_fdw does not ship LIMIT."""
    return "".join(f"ANALYZE {table.qualified};\n" for source in SOURCES.values() for table in source.tables)


def reader(source: Source) -> str:
    """DDL for a source: the role that the hub connects as, which may only read the declared relations."""
    relations = ", ".join(table.remote for table in source.tables)
    schemas = ", ".join(sorted({table.remote.partition(".")[0] for table in source.tables}))
    withheld = "".join(f"REVOKE ALL ON {table.remote} FROM {READER};\n" for table in source.withheld)
    return (
        f"DO $$ BEGIN CREATE ROLE {READER} LOGIN;\n"
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;\n"
        f"ALTER ROLE {READER} SET default_transaction_read_only = on;\n"
        # A statement whose hub has gone ends too, where the cancel that the hub sent was lost.
        f"ALTER ROLE {READER} SET client_connection_check_interval = '1s';\n"
        f"{settings_ddl(READER, READING)}"
        f"GRANT USAGE ON SCHEMA {schemas} TO {READER};\n"
        f"GRANT SELECT ON {relations} TO {READER};\n{withheld}" + position()
    )


def position() -> str:
    """DDL for a source: the view `gw.position`, which a standby has from its primary."""
    return (
        "CREATE SCHEMA IF NOT EXISTS gw;\n"
        f"CREATE OR REPLACE VIEW gw.position AS {POSITION};\n"
        "GRANT USAGE ON SCHEMA gw TO PUBLIC;\n"
        "GRANT SELECT ON gw.position TO PUBLIC;\n"
    )
