"""Cone search through the whole gateway, against the same SQL run bare on a prepared connection."""

import random
from collections.abc import Sequence

import asyncpg
import orjson

from bench.client import Client, WrongAnswerError, get, post
from bench.measurement import Measurement, milliseconds
from bench.servers import ServerProcess, gateway
from bench.timing import Ask, Timing, compare

RADIUS = 0.1
ROUNDS, EACH = 7, 60
GOAL = 2.0
"""Goal: milliseconds that a cone may take beyond its bare statement."""
FIELDS = (
    "jsdcId name ra dec pmRa { value } pmDec { value } plx { value } vmag { value } hmag { value } kmag { value }"
    " ldd { value error } lddChi2 spTypeSimbad calFlag"
)
COLUMNS = (
    "jsdc_id, name, raj2000, dej2000, pmra, pmdec, plx, vmag, hmag, kmag, ldd, e_ldd, ldd_chi2, sptype_simbad, calflag"
)
"""The columns of VERB 2."""
BARE = f"SELECT {COLUMNS} FROM jsdc.star WHERE gw.in_cone(raj2000, dej2000, $1, $2, $3)"
QUERY = f"query Q($cone: Cone!) {{ stars(cone: $cone) {{ nodes {{ {FIELDS} }} }} }}"
Place = tuple[float, float]


async def measure(hub: str) -> tuple[list[Measurement], dict[str, Timing]]:
    """Ask for the same cones as VOTable, as JSON and as the bare statement; timings by name come second."""
    connection = await asyncpg.connect(hub, server_settings={"jit": "off"})
    try:
        places = await _places(connection)
        async with gateway(hub) as server:
            timings = await _compared(server, connection, places)
    finally:
        await connection.close()
    titles = {"scs": "as VOTable (/scs)", "graphql": "as GraphQL JSON"}
    return [_measurement(title, timings[name], timings["bare"]) for name, title in titles.items()], timings


async def places_of_stars(hub: str) -> list[Place]:
    """Positions (ICRS degrees) of some 300 stars in a shuffled order that is always the same."""
    connection = await asyncpg.connect(hub)
    try:
        return await _places(connection)
    finally:
        await connection.close()


async def _places(connection: asyncpg.Connection) -> list[Place]:
    records = await connection.fetch(
        "SELECT raj2000, dej2000 FROM jsdc.star WHERE jsdc_id % 2000 = 7 ORDER BY jsdc_id LIMIT 300"
    )
    places = [(row[0], row[1]) for row in records]
    random.Random(1).shuffle(places)  # noqa: S311 - a fixed order, not a secret
    return places


async def _compared(
    server: ServerProcess, connection: asyncpg.Connection, places: Sequence[Place]
) -> dict[str, Timing]:
    client = await Client.to(server.url)
    prepared = await connection.prepare(BARE)
    cones = [get("/scs/jsdc.star", RA=ra, DEC=dec, SR=RADIUS) for ra, dec in places]
    questions = [post(QUERY, {"cone": {"ra": ra, "dec": dec, "radius": RADIUS}}) for ra, dec in places]
    asks: dict[str, Ask] = {
        "scs": lambda number: client.ask(cones[number % len(cones)]),
        "graphql": lambda number: client.ask(questions[number % len(questions)]),
        "bare": lambda number: prepared.fetch(*places[number % len(places)], RADIUS),
    }
    for number in range(10):
        rows = await prepared.fetch(*places[number], RADIUS)
        nodes = orjson.loads(await client.ask(questions[number]))["data"]["stars"]["nodes"]
        document = await client.ask(cones[number])
        if (
            not rows
            or {row[0] for row in rows} != {node["jsdcId"] for node in nodes}
            or document.count(b"<TR>") != len(rows)
        ):
            message = f"other stars around {places[number]} than the bare statement finds"
            raise WrongAnswerError(message)
    try:
        return await compare(asks, ROUNDS, EACH)
    finally:
        client.close()


def _measurement(title: str, ours: Timing, bare: Timing) -> Measurement:
    more = ours.more_than(bare)
    return Measurement(
        f"Cone search, 0.1°, {title}, foreign",
        milliseconds(ours.typical),
        "the bare statement, prepared",
        milliseconds(bare.typical),
        f"{more:+.2f} ms",
        f"≤ +{GOAL:g} ms",
        more <= GOAL,
    )
