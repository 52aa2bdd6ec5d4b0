"""Checks behind `python -m gateway doctor`: the hub and each source are compared with what is declared."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from hub.finding import Finding
from hub.rows import Connection, connect
from hub.server_examination import examine_server
from hub.sessions import lends_transactions, reason
from hub.text_examination import examine_hub_text, examine_text_at, examine_text_through
from hub.version_reader import HIDDEN, STANDBY, VersionReader
from hub.versions import Way
from planning import sql
from planning.plan import Cell, InCone, Plan, StatementShape
from schema import foreign, sky_keys, space
from schema.catalog import SOURCES
from schema.named_queries import named_query
from schema.roles import READING
from schema.table import Source, Table

COLUMNS = named_query("hub/examination", "columns")
CONE_FUNCTION = named_query("hub/examination", "cone_function")
CREATE_AND_DROP = named_query("hub/examination", "create_and_drop")
HAS_EXTENSION = named_query("hub/examination", "has_extension")
KEYED_RELATIONS = named_query("hub/rows", "keyed_relations")
HAS_JOBS, JOBS_OF = named_query("hub/examination", "has_jobs"), named_query("hub/examination", "jobs_of")
IN_FORCE = named_query("hub/examination", "in_force")
SAME = {"character varying": "text"}
"""Types that the hub declares as another: name at the source → name in declarations."""


async def examine(hub: str, sources: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Check the hub, then each source through it, then the sources whose DSNs are given directly.

    Parameters
    ----------
    hub
        DSN of the hub, as the role that reads.
    sources
        DSNs of sources, by name; those that are missing are checked through the hub alone.

    Returns
    -------
    AsyncIterator
        The findings as they are made. Nothing is raised: what fails is a finding.
    """
    try:
        connection = await connect(hub)
    except Exception as error:  # noqa: BLE001 - whatever it is, the hub cannot be examined
        yield Finding(
            "hub", f"reachable ({type(error).__name__})", well=False, advice="start it, and check GATEWAY_HUB"
        )
        return
    try:
        yield Finding("hub", "reachable", well=True)
        yield await _pooled("hub", hub)
        body = await _body(connection)
        run = "run `python -m gateway setup`"
        yield Finding("hub", f"gw.in_cone over {body or 'no extension'}", body is not None, run)
        yield await _limited(connection, "hub", foreign.SETTINGS[foreign.ROLE])
        yield await examine_hub_text(connection)
        yield await _similarity(connection)
        for source in SOURCES.values():
            async for finding in _through(connection, source):
                yield finding
    finally:
        await connection.close()
    for name, dsn in sources.items():
        async for finding in _directly(SOURCES[name], dsn, space.BODIES.get(body or "", space.CUBE)):
            yield finding


async def examine_jobs(dsn: str) -> AsyncIterator[Finding]:
    """Check that the role that writes for users (`dsn`) may make tables in each of its schemas."""
    try:
        connection = await connect(dsn)
    except Exception as error:  # noqa: BLE001 - whatever it is, there are no jobs
        advice = "check GATEWAY_HUB_JOBS, or run `python -m gateway setup` with it"
        yield Finding("jobs", f"role may come in ({type(error).__name__})", well=False, advice=advice)
        return
    try:
        yield await _kept("jobs", dsn)
        yield await _limited(connection, "jobs", foreign.SETTINGS[foreign.JOBS])
        for name in foreign.WORKPLACES:
            held = await _well(lambda name=name: connection.execute(CREATE_AND_DROP.format(schema=name)))  # type: ignore[misc]
            yield Finding(name, "role of jobs may make tables there", held, "run `python -m gateway setup`")
    finally:
        await connection.close()


async def examine_service(dsn: str, service: str, advice: str, *, served: bool) -> AsyncIterator[Finding]:
    """Check that this process can run the jobs of a service, where the hub has some and the role of jobs may come in.

    Parameters
    ----------
    dsn
        The hub, as the role of jobs.
    service
        What the service is called in its jobs.
    advice
        How a process gets what they work on.
    served
        Whether this process has what they work on.
    """
    try:
        count = await _jobs_of(dsn, service)
    except Exception:  # noqa: BLE001 - which `examine_jobs` tells
        return
    if count:
        yield Finding("jobs", f"{count} jobs of {service} have here what they work on", served, advice)


async def _jobs_of(dsn: str, service: str) -> int:
    connection = await connect(dsn)
    try:
        return await connection.fetchval(JOBS_OF, service) if await connection.fetchval(HAS_JOBS) else 0
    finally:
        await connection.close()


async def _pooled(where: str, dsn: str) -> Finding:
    lent = await lends_transactions(dsn)
    how = (
        "a transaction at a time, by a pooler: each statement takes two messages more"
        if lent
        else "a session at a time"
    )
    return Finding(where, f"lent {how}", well=True)


async def _kept(where: str, dsn: str) -> Finding:
    advice = "have its pooler lend sessions (pool_mode = session), or give the address of PostgreSQL itself"
    return Finding(where, "lent a session at a time", not await lends_transactions(dsn), advice)


async def _body(connection: Connection) -> str | None:
    source = await connection.fetchval(CONE_FUNCTION)
    return source and (space.PG_SPHERE.extension if "spoint" in source else space.CUBE.extension)


async def _similarity(connection: Connection) -> Finding:
    """Whether `search` finds similar names, which it can do without."""
    there = await connection.fetchval(HAS_EXTENSION, "pg_trgm")
    what = "similar names are found, by pg_trgm" if there else "no pg_trgm: similar names are not found"
    return Finding("hub", what, well=True)


async def _through(connection: Connection, source: Source) -> AsyncIterator[Finding]:
    """Checks of a source through the hub."""
    probe = f"SELECT 1 FROM {source.tables[0].qualified} LIMIT 1"  # noqa: S608 - declared
    wrong = await _failure(lambda: connection.fetch(probe, timeout=5))
    yield Finding(
        source.name,
        "answers through the hub",
        not wrong,
        f"start it, and check its server in sql/fdw; {source.tables[0].qualified} is what was asked: {wrong}",
    )
    if wrong:
        return
    yield await _versioned(connection, source)
    yield await examine_text_through(connection, source)
    for table in source.tables:
        wrong = await _differences(
            connection, table.qualified, {column.sql: column.type.sql for column in table.stored}
        )
        yield Finding(
            table.qualified, "foreign columns as declared", not wrong, f"run `python -m gateway setup`: {wrong}"
        )
        if table.position:
            shipped = await _shipped(connection, table)
            install = f"install it in schema public at {source.title}"
            advice = f"set the server option extensions to the spatial extension, and {install}"
            yield Finding(table.qualified, "cone shipped to the source", shipped, advice)
    limited = "LIMIT" in await _plan(
        connection, Plan(StatementShape(source.tables[0], (_key(source.tables[0]),), limit=5))
    )
    yield Finding(
        source.name, "LIMIT shipped to the source", limited, f"ANALYZE the foreign tables of {source.name} in the hub"
    )


async def _versioned(connection: Connection, source: Source, *, direct: bool = False) -> Finding:
    """Whether a source has a data version, read as the health monitor does."""
    reader = VersionReader(Way(source, direct=direct), pause=1.0, silence=5.0)
    try:
        counted = await connection.fetch(reader.counters(), timeout=5)
        await reader.read(connection, counted, 0.0)
        lacking = reader.reading.lacking if reader.reading else HIDDEN
    except Exception as error:  # noqa: BLE001 - whatever it is, there is none
        lacking = type(error).__name__
    without = "its answers have no ETag and its counts are not exact"
    there = "at its primary" if lacking == STANDBY else "there"
    run = f"and {there} what sql/sources/position.sql has: {foreign.position()}"
    advice = f"{lacking}: {without}; run `python -m gateway setup` for this release, {run}"
    return Finding(source.name, "has a data version", not lacking, " ".join(advice.split()))


async def _directly(source: Source, dsn: str, body: space.SpatialBackend) -> AsyncIterator[Finding]:
    """Checks of a source on a connection of its own."""
    try:
        connection = await connect(dsn)
    except Exception as error:  # noqa: BLE001
        what = f"reachable ({type(error).__name__})"
        yield Finding(source.name, what, well=False, advice=f"start it, and check GATEWAY_{source.name.upper()}")
        return
    try:
        yield await _pooled(source.name, dsn)
        there = await connection.fetchval(HAS_EXTENSION, body.extension)
        yield Finding(
            source.name,
            f"extension {body.extension}",
            bool(there),
            f"CREATE EXTENSION {body.extension} WITH SCHEMA public",
        )
        yield await _limited(connection, source.name, READING)
        for finding in await examine_server(connection, source.name):
            yield finding
        yield await _versioned(connection, source, direct=True)
        async for finding in examine_text_at(connection, source):
            yield finding
        for table in source.tables:
            real = {column.remote_name: column.type.sql for column in table.stored}
            wrong = await _differences(connection, table.remote, real)
            yield Finding(
                table.remote,
                "real columns as declared",
                not wrong,
                f"change schema/{source.name}.py or the table: {wrong}",
            )
            if table.position and there:
                yield Finding(
                    table.remote,
                    "spatial index usable",
                    await _indexed(connection, table, body),
                    space.index(table, body).strip(),
                )
        yield await _keyed(connection, source)
    finally:
        await connection.close()


async def _keyed(connection: Connection, source: Source) -> Finding:
    """Whether narrow areas are found by keys, which a source can do without where it has a spatial extension."""
    indexed = {name for (name,) in await connection.fetch(KEYED_RELATIONS)}
    lacking = [table.remote for table in sky_keys.keyed_tables(source) if table.remote not in indexed]
    without = f"keys are of no use before {', '.join(lacking)} has them too"
    if len(lacking) == len(sky_keys.keyed_tables(source)):
        without = f"no keys of HEALPix (sql/sources/keys/{source.name}.sql): areas are found by the extension"
    what = f"{without}" if lacking else "narrow areas found by keys of HEALPix"
    return Finding(source.name, what, well=True)


async def _limited(connection: Connection, where: str, wanted: Mapping[str, str]) -> Finding:
    """Whether the settings that bound what a statement takes (`schema.roles`) are in force in a session of the role."""
    there = dict(await connection.fetch(IN_FORCE, list(wanted)))
    wrong = [f"{name} = '{value}'" for name, value in wanted.items() if there.get(name) != value]
    role = await connection.fetchval("SELECT current_user")
    advice = f"run `python -m gateway setup` as a superuser, or ALTER ROLE {role} SET {' and '.join(wrong)}"
    return Finding(where, f"limits of {role} in force", not wrong, advice)


async def _differences(connection: Connection, relation: str, declared: Mapping[str, str]) -> str:
    """How the columns of a relation differ from those declared, name → type; empty where they do not."""
    try:
        actual = {name: SAME.get(kind, kind) for name, kind in await connection.fetch(COLUMNS, relation)}
    except Exception:  # noqa: BLE001 - a relation that is not there
        return f"{relation} is not there"
    missing = [f"{name} is missing" for name in declared if name not in actual]
    other = [
        f"{name} is {actual[name]}, not {kind}" for name, kind in declared.items() if actual.get(name, kind) != kind
    ]
    return ", ".join(missing + other)


async def _shipped(connection: Connection, table: Table) -> bool:
    plan = await _plan(connection, Plan(StatementShape(table, (_key(table),), (InCone(),)), (10.0, 20.0, 0.1)))
    return "<@" in plan and " Filter:" not in plan


async def _indexed(connection: Connection, table: Table, body: space.SpatialBackend) -> bool:
    ra, dec = (f'"{column.remote_name}"' for column in table.position or ())
    condition = body.in_cone(ra=ra, dec=dec, ra0="10.0", dec0="20.0", radius="0.1")
    async with connection.transaction():
        # A small table is read whole even where its index could be used, which is what is asked.
        await connection.execute("SET LOCAL enable_seqscan = off")
        rows = await connection.fetch(f"EXPLAIN SELECT 1 FROM {table.remote} WHERE {condition}")  # noqa: S608 - declared
    return any("Index" in row[0] and "Cond" in row[0] for row in rows)


async def _plan(connection: Connection, plan: Plan) -> str:
    statement = sql.statement(plan)
    text = statement.text
    for index, value in reversed(list(enumerate(statement.values, 1))):
        text = text.replace(f"${index}", repr(value))
    return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN (VERBOSE) {text}"))


def _key(table: Table) -> Cell:
    return Cell(table.key, table.key.name)


async def _well(attempt: Callable[[], Awaitable[Any]]) -> bool:
    return not await _failure(attempt)


async def _failure(attempt: Callable[[], Awaitable[Any]]) -> str:
    """Why an attempt fails, as the one who failed says it; empty where it does not."""
    try:
        await attempt()
    except Exception as error:  # noqa: BLE001 - any failure is the finding
        return getattr(error, "detail", None) or reason(error)
    return ""
