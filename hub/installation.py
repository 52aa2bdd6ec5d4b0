"""Setting the hub up: extensions, servers, foreign tables, functions, rights, from the texts in `sql/`."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from hub.rows import Connection, connect
from planning.errors import BadInput, HubUnavailable
from schema import foreign, space
from schema.catalog import SOURCES

SQL = Path(__file__).parent.parent / "sql"
ROLES = (foreign.ROLE, foreign.WRITER, foreign.JOBS, foreign.READER)
"""Roles that are ours: the password of no other is ever set."""
VARIABLE = re.compile(r":'(\w+)'")
Report = Callable[[str], None]


async def install(owner: str, sources: Mapping[str, str], report: Report, logins: Sequence[str] = ()) -> str:
    """Set the hub up for sources that are already there.

    Parameters
    ----------
    owner
        DSN of the hub as a role that may create extensions, servers and roles.
    sources
        DSN of each source as the hub will come in: host and port must be as the hub's server sees them.
    report
        Told what is being done.
    logins
        DSNs of the hub as the gateway will come in, in each of its roles: passwords, if any, are given to these.

    Returns
    -------
    str
        The spatial extension in use.
    """
    connection = await connect(owner)
    try:
        body = await spatial_body(connection)
        variables = _variables(sources) | {"spatial": body}
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
    """Tell a hub that is set up where its sources are now."""
    connection = await connect(owner)
    try:
        await connection.execute(substituted(foreign.addresses(), _variables(sources)))
    finally:
        await connection.close()


async def admit(owner: str, source: str, reader: str) -> None:
    """Make the role at a source that the hub comes in as, with the password that its DSN has."""
    connection = await connect(owner)
    try:
        await connection.execute(foreign.reader(SOURCES[source]))
        await _set_password(connection, reader)
    finally:
        await connection.close()


async def spatial_body(connection: Connection) -> str:
    """The spatial extension that really can be created: pg_sphere, else cube (facts/postgres.md section 0)."""
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
    """Why an extension cannot be created; nothing where it can."""
    try:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
    except Exception as error:  # noqa: BLE001 - not there, or there and broken as pg_sphere 1.1.1 on PostgreSQL 15.20
        return str(error)
    return ""


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """A psql text with its `:'variables'` filled in, quoted."""
    return VARIABLE.sub(lambda found: quoted(variables[found[1]]), text)


def quoted(value: str) -> str:
    """A value as an SQL literal (standard_conforming_strings is on everywhere since PostgreSQL 9.1)."""
    return "'" + value.replace("'", "''") + "'"


def _variables(sources: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in SOURCES:
        url = _parts(sources[name])
        host = url.host or str(url.query.get("host", "/tmp"))  # noqa: S108 - libpq's own default
        port = str(url.port or url.query.get("port", "5432"))
        user = url.username or str(url.query.get("user", foreign.READER))
        told = (host, port, url.database or name, user, str(url.password or ""))
        found |= {f"{name}_{variable}": value for variable, value in zip(foreign.VARIABLES, told, strict=True)}
    return found


async def _set_password(connection: Connection, dsn: str) -> None:
    url = _parts(dsn)
    if url.password and url.username in ROLES:
        await connection.execute(f"ALTER ROLE {url.username} PASSWORD {quoted(str(url.password))}")


def _parts(dsn: str) -> URL:
    try:
        return make_url(dsn)
    except (ArgumentError, ValueError) as error:
        message = "A DSN cannot be read: in its password, what is no letter and no digit is written as %40 and the like"
        raise BadInput(message) from error
