"""Joins by regions that rows have: each is read once, and only rows in the circle around one are looked at."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import astropy.units as u
import asyncpg
import numpy as np
import pytest
import pytest_asyncio
from astropy.coordinates import Latitude, Longitude, SkyCoord
from mocpy import MOC

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from bench.joins import plain
from sample.federation import Federation
from schema.column import Column
from schema.foreign import UPLOADS
from schema.table import Table
from schema.types import DOUBLE, INT, REGION

pytestmark = pytest.mark.spatial

WORDED = Table(
    UPLOADS, "worded", "", "T", "ts", "", (Column("n", INT, ""), Column("words", REGION, "")), schema=UPLOADS, rows=40
)
CATALOGUE = DECLARED.with_tables({"TAP_UPLOAD.worded": WORDED})
AROUND = (344.4127, -29.6222)
"""Fomalhaut, a star of the sample."""
EVERY = "SELECT {} FROM jsdc.star, ivoa.obscore WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), s_region)"
QUERIES = (
    "SELECT s.name, r.n FROM jsdc.star AS s JOIN TAP_UPLOAD.worded AS r ON 1 = CONTAINS(POINT(s.raj2000, s.dej2000), r.words) WHERE s.vmag < 3",
    "SELECT s.name, r.n FROM jsdc.star AS s, TAP_UPLOAD.worded AS r WHERE 1 = INTERSECTS(r.words, CIRCLE(s.raj2000, s.dej2000, 2)) AND s.vmag < 2",
    "SELECT s.name, r.n FROM TAP_UPLOAD.worded AS r LEFT JOIN jsdc.star AS s ON 1 = CONTAINS(POINT(s.raj2000, s.dej2000), r.words) AND s.vmag < 2",
    "SELECT s.name, r.n FROM jsdc.star AS s LEFT JOIN TAP_UPLOAD.worded AS r ON 1 = CONTAINS(POINT(s.raj2000, s.dej2000), r.words) WHERE s.vmag < 2",
    "SELECT s.name, r.n FROM jsdc.star AS s RIGHT JOIN TAP_UPLOAD.worded AS r ON 1 = CONTAINS(POINT(s.raj2000, s.dej2000), r.words) AND s.vmag < 2 WHERE r.n > 3",
    "SELECT s.name FROM jsdc.star AS s, TAP_UPLOAD.worded AS r WHERE 0 = CONTAINS(POINT(s.raj2000, s.dej2000), r.words) AND s.vmag < 1",
    "SELECT o.obs_publisher_did, r.n FROM ivoa.obscore AS o, TAP_UPLOAD.worded AS r WHERE 1 = CONTAINS(POINT(o.s_ra, o.s_dec), r.words)",
)  # fmt: skip


def regions() -> list[str | None]:
    """Regions of all shapes and sizes, of none, and of nothing."""
    chance = random.Random(7)  # noqa: S311
    ra, dec = AROUND
    words: list[str | None] = [
        None, None, "", "nonsense", f"CIRCLE ICRS {ra} {dec} 1", f"POSITION ICRS {ra} {dec}", f"BOX ICRS {ra} {dec} 4 3",
        "CIRCLE ICRS 0 90 20", "CIRCLE ICRS 359.9 0 170", "CIRCLE 10 20 360",
    ]  # fmt: skip
    for size in (0.5, 5, 30, 60):
        corners = [
            (ra - size, dec - size / 2),
            (ra + size, dec - size / 2),
            (ra + size, dec + size / 2),
            (ra, dec + size / 2),
        ]
        words.append("POLYGON ICRS " + " ".join(f"{x} {y}" for x, y in corners))
    words += [
        f"CIRCLE ICRS {chance.uniform(0, 360)} {chance.uniform(-90, 90)} {chance.uniform(0, 25)}" for _ in range(10)
    ]
    return words


@pytest_asyncio.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(federation.owner, server_settings={"search_path": "", "jit": "off"})
    await connection.execute(
        f"DROP TABLE IF EXISTS {UPLOADS}.worded; CREATE TABLE {UPLOADS}.worded (n int, words text)"
    )
    await connection.executemany(f"INSERT INTO {UPLOADS}.worded VALUES ($1, $2)", list(enumerate(regions())))
    yield connection
    await connection.execute(f"DROP TABLE {UPLOADS}.worded")
    await connection.close()


@pytest.mark.parametrize("query", QUERIES)
async def test_the_rows_are_those_of_the_plain_statement(query: str, owner: asyncpg.Connection) -> None:
    with plain():
        one = compile_query(query, Catalogue(CATALOGUE.tables))
    two = compile_query(query, Catalogue(CATALOGUE.tables))
    assert ("gw.bounds" in two.text) == ("0 = CONTAINS" not in query)
    rows = [Counter(map(tuple, await owner.fetch(compiled.text, *compiled.values))) for compiled in (one, two)]
    assert rows[0] == rows[1]
    assert rows[1]


async def test_regions_of_rows_are_joined_by_their_centres(owner: asyncpg.Connection) -> None:
    """Stars in the fields of view of observations: those of numpy, and the first two without the others."""
    stars = await owner.fetch("SELECT raj2000, dej2000 FROM jsdc.star WHERE raj2000 < 'NaN' AND dej2000 < 'NaN'")
    seen = await owner.fetch("SELECT s_ra, s_dec, s_fov FROM ivoa.obscore WHERE s_region IS NOT NULL")
    directions = unit_vectors(np.array(stars, dtype=float))
    pairs = sum(
        int((np.degrees(2 * np.arcsin(np.linalg.norm(directions - centre, axis=1) / 2)) <= diameter / 2).sum())
        for centre, diameter in zip(
            unit_vectors(np.array([row[:2] for row in map(tuple, seen)])), [row["s_fov"] for row in seen], strict=True
        )
    )
    assert pairs > 50
    for outputs, number in (("TOP 2 Name", 2), ("COUNT(*) AS n", 1)):
        compiled = compile_query(EVERY.format(outputs), DECLARED)
        rows = await owner.fetch(f"{compiled.text} LIMIT {compiled.limit or 1}", *compiled.values, timeout=10)
        assert len(rows) == number
    assert [tuple(row) for row in rows] == [(pairs,)]


def unit_vectors(places: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of right ascensions and declinations in degrees."""
    ra, dec = np.radians(places).T
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)


async def test_the_circles_hold_the_area(owner: asyncpg.Connection) -> None:
    missed = await owner.fetch(
        f"""SELECT r.words, ra, dec FROM {UPLOADS}.worded AS r
        CROSS JOIN LATERAL (SELECT 5.0 * i AS ra, 4.9 * j AS dec FROM generate_series(0, 71) AS i, generate_series(-18, 18) AS j) AS p
        WHERE gw.contains(gw.region(r.words), ARRAY[ra, dec]::float8[]) AND NOT EXISTS (
          SELECT FROM gw.bounds(gw.region(r.words), 1e-6) AS b WHERE gw.apart(gw.unit(b.ra, b.dec), gw.unit(ra, dec)) <= b.radius)"""
    )
    assert missed == []
    widest = await owner.fetchval(
        f"SELECT max(b.radius) FROM {UPLOADS}.worded AS r, gw.bounds(gw.region(r.words), 1) AS b"
    )
    assert widest == 90, "no index is asked for more"
    assert await owner.fetchval("SELECT count(*) FROM gw.bounds(NULL, 1)") == 0


CIRCLES = Table(
    UPLOADS, "circles", "", "T", "ts", "",
    tuple(Column(name, kind, "") for name, kind in (("n", INT), ("ra", DOUBLE), ("dec", DOUBLE))),
    schema=UPLOADS, rows=1_000,
)  # fmt: skip
MEETING = "SELECT u.n, o.obs_publisher_did FROM TAP_UPLOAD.circles AS u JOIN ivoa.obscore AS o ON 1 = INTERSECTS(o.s_region, CIRCLE(u.ra, u.dec, 0.01))"
SIZE = 0.01
"""Radius of the circles, degrees."""
DEPTH = 20
"""Order of mocpy's maps, whose cells are 0.2 arcseconds: they are about as large as fields of view."""
UNSURE = 4 * 0.2 / 3600
"""Degrees: where edges are nearer than some cells to each other, a map cannot tell."""


async def test_regions_meet_circles_as_mocpy_has_it(federation: Federation) -> None:
    """1 000 circles of 36 arcseconds about where they just touch the field of view of an observation."""
    connection = await asyncpg.connect(federation.owner, server_settings={"search_path": "", "jit": "off"})
    seen = {
        row["obs_publisher_did"]: row
        for row in await connection.fetch("SELECT * FROM ivoa.obscore WHERE s_region IS NOT NULL")
    }
    circles = touching_circles([(row["s_ra"], row["s_dec"], row["s_fov"] / 2) for row in seen.values()])
    try:
        await connection.execute(f"CREATE TABLE {UPLOADS}.circles (n int, ra float8, dec float8)")
        await connection.executemany(f"INSERT INTO {UPLOADS}.circles VALUES ($1, $2, $3)", circles)
        compiled = compile_query(MEETING, DECLARED.with_tables({"TAP_UPLOAD.circles": CIRCLES}))
        found = {tuple(row) for row in await connection.fetch(compiled.text, *compiled.values)}
    finally:
        await connection.execute(f"DROP TABLE IF EXISTS {UPLOADS}.circles")
        await connection.close()
    centres = SkyCoord([row["s_ra"] for row in seen.values()], [row["s_dec"] for row in seen.values()], unit="deg")
    told = 0
    for number, ra, dec in circles:
        apart = centres.separation(SkyCoord(ra, dec, unit="deg")).deg
        field = MOC.from_cone(Longitude(ra, "deg"), Latitude(dec, "deg"), radius=SIZE * u.deg, max_depth=DEPTH)
        for (did, row), distance in zip(seen.items(), apart, strict=True):
            gap = distance - SIZE - row["s_fov"] / 2
            if gap > 0.01:
                assert (number, did) not in found
            elif abs(gap) > UNSURE:
                region = MOC.from_cone(
                    Longitude(row["s_ra"], "deg"),
                    Latitude(row["s_dec"], "deg"),
                    radius=row["s_fov"] / 2 * u.deg,
                    max_depth=DEPTH,
                )
                assert ((number, did) in found) == (not region.intersection(field).empty())
                told += 1
            elif abs(gap) > 1e-9:
                assert ((number, did) in found) == (gap < 0)
    assert told > 1_000


def touching_circles(fields: list[tuple[float, float, float]]) -> list[tuple[int, float, float]]:
    """Circles whose edges are up to three arcseconds within or beyond those of fields: number and place."""
    chance = random.Random(11)  # noqa: S311
    made = []
    for number in range(1_000):
        ra, dec, radius = chance.choice(fields)
        away = radius + SIZE + chance.uniform(-3, 3) / 3600
        place = SkyCoord(ra, dec, unit="deg").directional_offset_by(chance.uniform(0, 360) * u.deg, away * u.deg)
        made.append((number, float(place.ra.deg), float(place.dec.deg)))
    return made
