"""No answer is ever another's: twenty people, each of whom one row is open to, ask at once through few connections.

What is asked for somebody must never be answered as for who had the connection before, though tasks are cancelled and
connections end under them. A control that keeps who asks in the session leaks, and the same eyes see it.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from serving import watch

from hub.driver_errors import RAISED
from hub.limits import Limits
from hub.rows import Hub, connect, open_hub
from planning import sql
from planning.asker import NOBODY, Asker, asked_by, asker
from planning.errors import GatewayError
from planning.plan import Cell, Compared, Plan, StatementShape
from sample.federation import Federation
from schema.oidb import GRANULE
from schema.operators import Op

pytestmark = pytest.mark.timed

FIRST, PEOPLE, WORKERS, SECONDS = 7_000_000_000, 20, 8, 3.0
PUBLIC = "https://x.invalid/public"
URL = GRANULE.by_field["accessUrl"]
SHAPE = StatementShape(GRANULE, (Cell(URL, "accessUrl"),), (Compared(GRANULE.by_field["targetName"], Op.EQ),))
Ask = Callable[[], Awaitable[set[str]]]


def person(number: int) -> Asker:
    """One of the twenty; nobody beyond."""
    return Asker(f"{number}@x.org", frozenset({f"CANARY {number}"})) if number < PEOPLE else NOBODY


def own(number: int) -> set[str]:
    return {PUBLIC, f"https://x.invalid/{number}"} if number < PEOPLE else {PUBLIC}


@pytest.fixture(scope="module", autouse=True)
async def canaries(federation: Federation) -> AsyncIterator[None]:
    connection = await connect(federation.sources["oidb"])
    add = """INSERT INTO public.oidb (id, calib_level, target_name, data_rights, obs_release_date, datapi, access_url,
        nb_channels) VALUES ($1, 2, 'canary', $2, NULL, $3, $4, 5)"""
    await connection.execute(add, FIRST, "public", None, PUBLIC)
    for number in range(PEOPLE):
        rights = ("secure", f"Canary {number}", f"https://x.invalid/{number}")
        await connection.execute(add, FIRST + 1 + number, *rights)
    await connection.close()
    yield
    connection = await connect(federation.sources["oidb"])
    await connection.execute("DELETE FROM public.oidb WHERE id >= $1", FIRST)
    await connection.close()


async def leaks(ask: Ask, federation: Federation, *, until_first: bool = False) -> tuple[int, int]:
    """How many answers there were, and how many of them were not what the asker may see.

    `until_first` looks for one such answer, four times as long, and ends no connections.
    """
    answered = leaked = 0
    chance, end = random.Random(0), asyncio.get_running_loop().time() + (4 if until_first else 1) * SECONDS  # noqa: S311 - to try

    async def worker() -> None:
        nonlocal answered, leaked
        while asyncio.get_running_loop().time() < end and not (until_first and leaked):
            number = chance.choice((PEOPLE, chance.randrange(PEOPLE)))
            with asked_by(person(number)):
                task = asyncio.ensure_future(ask())
            if chance.random() < 0.5:
                await asyncio.sleep(chance.random() / 1000)
                task.cancel()
            try:
                seen = await task
            except (asyncio.CancelledError, GatewayError, *RAISED):
                continue
            answered, leaked = answered + 1, leaked + (seen != own(number))

    async def end_some() -> None:
        owner = await connect(federation.owner)
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.2)
            await owner.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND query LIKE '%access_url%' ORDER BY random() LIMIT 1) AS one"
            )
        await owner.close()

    ending = [] if until_first else [end_some()]
    await asyncio.gather(*ending, *(worker() for _ in range(WORKERS)))
    return answered, leaked


async def opened(federation: Federation, connections: int, *, direct: bool) -> Hub:
    limits = Limits(connections=connections, streams=1, direct=connections, acquire_seconds=5, share=1)
    hub = await open_hub(federation.hub, limits, watch(), federation.readers if direct else {})
    await hub.settled()
    return hub


@pytest.mark.parametrize("direct", [True, False], ids=["straight", "through the hub"])
@pytest.mark.parametrize("connections", [1, 3])
async def test_everybody_sees_what_is_public_and_their_own(
    connections: int, federation: Federation, *, direct: bool
) -> None:
    hub = await opened(federation, connections, direct=direct)

    async def ask() -> set[str]:
        rows = await hub.fetch(sql.statement(Plan(SHAPE, ("canary",)), hub.databases if direct else None))
        return {row[0] for row in rows if row[0] is not None}

    try:
        answered, leaked = await leaks(ask, federation)
    finally:
        await hub.close()
    assert answered > 20
    assert leaked == 0


async def test_who_asks_kept_in_the_session_is_seen_to_leak(federation: Federation) -> None:
    """As a pool without its reset has it: what a cancelled task has set stays for the next one."""

    async def nothing(_connection: object) -> None:
        pass

    pool = await asyncpg.create_pool(federation.readers["oidb"], min_size=1, max_size=1, reset=nothing)
    text = """SELECT access_url FROM public.oidb WHERE target_name = 'canary'
        AND (data_rights = 'public' OR upper(datapi) = current_setting('canary.who', true))"""

    async def ask() -> set[str]:
        name = next(iter(asker().aliases), "")
        async with pool.acquire() as connection:
            if name:
                await connection.execute("SELECT set_config('canary.who', $1, false)", name)
            rows = await connection.fetch(text)
            if name:
                await connection.execute("RESET canary.who")
        return {row[0] for row in rows}

    _, leaked = await leaks(ask, federation, until_first=True)
    pool.terminate()
    assert leaked > 0
