"""Setting the hub up: extensions, servers, foreign tables, functions and grants, from the texts in `sql/`."""

import re
from collections.abc import Callable, Mapping, Sequence

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from hub.quoting import quoted
from hub.rows import Connection, connect
from planning.errors import BadInput, HubUnavailable
from schema import foreign, space, writing
from schema.catalog import SOURCES
from schema.named_queries import SQL

WRITERS = {writing.role(source): source for source in SOURCES.values() if source.owned}
"""Roles that write to a source, with it."""
ROLES = (foreign.ROLE, foreign.WRITER, foreign.JOBS, foreign.READER, *WRITERS)
"""Roles that are the gateway's own: only their passwords are ever set."""
VARIABLE = re.compile(r":'(\w+)'")
Report = Callable[[str], None]


async def install(owner: str, sources: Mapping[str, str], report: Report, logins: Sequence[str] = ()) -> str:
    """Set the hub up for sources that are already there.

    Parameters
    ----------
    owner
        DSN of the hub as a role that may create extensions, servers and roles.
    sources
        DSN of each source, by name, as the hub will connect: host and port must be as the hub's server sees them.
    report
        Called with each step before it is done.
    logins
        DSNs of the hub in the roles that the gateway will connect as. The passwords in them, if any, are set.

    Returns
    -------
    str
        The spatial extension in use: `pg_sphere` or `cube`.

    Raises
    ------
    BadInput
        A DSN cannot be read.
    HubUnavailable
        Neither spatial extension can be created.
    Exception
        What the driver raises (`hub.rows.FAILURES`).
    """
    connection = await connect(owner)
    try:
        body = await spatial_body(connection)
        variables = source_variables(sources) | {"spatial": body}
        for name in (f"00_space_{body}", "10_role", "20_servers", "30_tables"):
            report(f"hub: {name}")
            await connection.execute(substituted((SQL / "fdw" / f"{name}.sql").read_text(), variables))
        for path in sorted((SQL / "hub").glob("*.sql")):
            await connection.execute(path.read_text())
        for name in ("40_grants", "50_analyze"):
            report(f"hub: {name}")
            await connection.execute((SQL / "fdw" / f"{name}.sql").read_text())
        for login in logins:
            await _set_password(connection, login)
        return body
    finally:
        await connection.close()


async def readdress(owner: str, sources: Mapping[str, str]) -> None:
    """Change the addresses of the sources in a hub that is set up; raises as `install`."""
    connection = await connect(owner)
    try:
        await connection.execute(substituted(foreign.addresses(), source_variables(sources)))
    finally:
        await connection.close()


async def admit(owner: str, source: str, reader: str) -> None:
    """Make the role that the hub connects as at a source, with the password in the DSN `reader`; raises as `install`.

    `owner` is a DSN of the source as a role that may create roles, `source` its name.
    """
    connection = await connect(owner)
    try:
        await connection.execute(foreign.reader(SOURCES[source]))
        await _set_password(connection, reader)
    finally:
        await connection.close()


async def admit_writer(owner: str, source: str, writer: str) -> None:
    """Make the role that the gateway writes to a source as, with the password in the DSN `writer`; raises as `install`.

    `owner` is a DSN of the source as a role that may create roles, `source` its name; `sql/sources/history.sql` has
    been run there, and `admit`.
    """
    connection = await connect(owner)
    try:
        await connection.execute(writing.writing_ddl(SOURCES[source]))
        await _set_password(connection, writer)
    finally:
        await connection.close()


async def spatial_body(connection: Connection) -> str:
    """The spatial extension that can be created, pg_sphere or else cube: it may be listed and yet not load.

    Raises `HubUnavailable` where neither can.
    """
    refused = []
    for body in (space.PG_SPHERE, space.CUBE):
        wrong = await _refused(connection, body.extension)
        if not wrong:
            return body.extension
        refused.append(f"{body.extension} ({wrong})")
    install = "install postgresql-contrib, or postgresql-NN-pgsphere, and come in as who may create extensions"
    message = f"The hub's PostgreSQL creates neither {' nor '.join(refused)}: {install}"
    raise HubUnavailable(message)


async def _refused(connection: Connection, extension: str) -> str:
    """Why an extension cannot be created; empty where it can."""
    try:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
    except Exception as error:  # noqa: BLE001 - not there, or there and broken as pg_sphere 1.1.1 on PostgreSQL 15.20
        return str(error)
    return ""


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """A psql text with its `:'variables'` filled in, quoted."""
    return VARIABLE.sub(lambda variable: quoted(variables[variable[1]]), text)


def source_variables(sources: Mapping[str, str]) -> dict[str, str]:
    """Where each source is and who comes in: the `:'variables'` of the texts in `sql/fdw`.

    `sources` has the DSN of each source by its name. What a DSN leaves out is as libpq has it, and the role is the one
    that `admit` makes. Raises `BadInput` for a DSN that cannot be read.
    """
    variables: dict[str, str] = {}
    for name in SOURCES:
        parts = {"host": "/tmp", "port": "5432", "dbname": name, "user": foreign.READER, "password": ""}  # noqa: S108 - libpq's own default
        parts |= _parts(sources[name])
        values = (parts["host"], parts["port"], parts["dbname"], parts["user"], parts["password"])
        variables |= {f"{name}_{kind}": value for kind, value in zip(foreign.VARIABLES, values, strict=True)}
    return variables


async def _set_password(connection: Connection, dsn: str) -> None:
    parts = _parts(dsn)
    if parts.get("password") and parts.get("user") in ROLES:
        await connection.execute(f"ALTER ROLE {parts['user']} PASSWORD {quoted(parts['password'])}")


def _parts(dsn: str) -> dict[str, str]:
    """What a DSN says, under libpq's names of connection parameters; raises `BadInput`."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
        [int(port or 0) for port in parts.get("port", "").split(",")]  # of several hosts there are several
        return parts
    except (ProgrammingError, ValueError) as error:
        message = "A DSN cannot be read: in its password, what is no letter and no digit is written as %40 and the like"
        raise BadInput(message) from error
