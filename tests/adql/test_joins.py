"""Joins across databases: with rows left out before they are fetched, the rows are those of the plain statement."""

import math
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.votable.formats import TABLEDATA
from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from adql.statement import statement
from bench.joins import plain
from hub.sessions import settling
from localpg.cluster import Cluster
from sample.federation import Federation
from schema.column import Column
from schema.foreign import JOBS, ROLE, UPLOADS
from schema.table import Table
from schema.types import DOUBLE, INT

pytestmark = pytest.mark.spatial

PLACES = [
    None,
    math.nan,
    0.0,
    -0.0,
    -1e-17,
    1e-4,
    359.9999,
    360.0,
    360.0001,
    -1e-4,
    10.0,
    10.0003,
    90.0,
    180.0,
    179.9998,
]
HEIGHTS = [None, math.nan, 90.0, 89.9999, -90.0, -89.9997, 0.0, 0.0333333333, 0.0333, 45.0, 45.0002]
RADII = ["0", "0.0001", "0.0005", "0.4"]
NAMES = ("a", "b", "c")
JOINS = ("JOIN", "LEFT JOIN", "RIGHT JOIN")
Rows = list[tuple[Any, ...]]


def both(query: str, catalogue: Catalogue = DECLARED) -> tuple[CompiledQuery, CompiledQuery]:
    with plain():
        one = compile_query(query, Catalogue(catalogue.tables))  # another catalogue: nothing kept is found again
    return one, compile_query(query, Catalogue(catalogue.tables))


async def told(connection: asyncpg.Connection, compiled: CompiledQuery) -> Counter[str]:
    return Counter(repr(tuple(row)) for row in await asked(connection, compiled.text, compiled))


async def asked(connection: asyncpg.Connection, text: str, compiled: CompiledQuery) -> list[asyncpg.Record]:
    """The rows of a text, asked with the values and settings of a query."""
    async with connection.transaction():
        if compiled.settings:
            await connection.execute(settling(dict(compiled.settings), local=True))
        return list(await connection.fetch(text, *compiled.values))


@pytest_asyncio.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    settings_ = {"search_path": "", "jit": "off", "statement_timeout": "60000"}
    connection = await asyncpg.connect(federation.owner, server_settings=settings_)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def serving(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    """The role that serves: it may do all of it."""
    connection = await asyncpg.connect(federation.hub, server_settings={"search_path": "", "jit": "off"})
    yield connection
    await connection.close()


def table(name: str, source: str, rows: int) -> Table:
    """A table of the hub that is taken for one of a database."""
    columns = (
        Column("k", INT, "", key=source != UPLOADS),
        Column("x", INT, ""),
        Column("ra", DOUBLE, "", ucd="pos.eq.ra;meta.main"),
        Column("dec", DOUBLE, "", ucd="pos.eq.dec;meta.main"),
    )
    return Table(source, f"joined_{name}", "", "T", "ts", "", columns, schema=UPLOADS, rows=rows)


@pytest_asyncio.fixture(scope="module")
async def three(owner: asyncpg.Connection) -> AsyncIterator[dict[str, Rows]]:
    """Tables of a few rows, with whatever is awkward."""
    chance, made = random.Random(4), {}  # noqa: S311
    for name in NAMES:
        whole = f"{UPLOADS}.joined_{name}"
        await owner.execute(f"DROP TABLE IF EXISTS {whole}; CREATE TABLE {whole} (k int, x int, ra float8, dec float8)")
        made[name] = [
            (number, chance.choice([None, 0, 1, 2, 3]), chance.choice(PLACES), chance.choice(HEIGHTS))
            for number in range(40)
        ]
        await owner.executemany(f"INSERT INTO {whole} VALUES ($1, $2, $3, $4)", made[name])
        await owner.execute(f"GRANT SELECT ON {whole} TO {ROLE}, {JOBS}")
    yield made
    for name in NAMES:
        await owner.execute(f"DROP TABLE {UPLOADS}.joined_{name}")


def condition(pair: tuple[str, str]) -> st.SearchStrategy[str]:
    one, two = pair
    radius = st.sampled_from(RADII)
    tied = st.one_of(
        st.sampled_from([f"{one}.k = {two}.x", f"{one}.x = {two}.k", f"{one}.k = {two}.k", f"{one}.x = {two}.x"]),
        radius.map(lambda r: f"1 = CONTAINS(POINT({one}.ra, {one}.dec), CIRCLE({two}.ra, {two}.dec, {r}))"),
        radius.map(lambda r: f"DISTANCE(POINT({two}.ra, {two}.dec), POINT({one}.ra, {one}.dec)) < {r}"),
        radius.map(lambda r: f"DISTANCE({one}.ra + 0.00005, {one}.dec, {two}.ra, {two}.dec) <= {r}"),
    )
    alone = st.sampled_from(
        [f"{one}.x > 1", f"{two}.x IS NULL", f"{one}.k < 9 OR {two}.k = 3", f"{two}.k IN (1, 5, 7)"]
    )
    return st.one_of(tied, st.tuples(tied, st.one_of(tied, alone)).map(lambda parts: f"({parts[0]}) AND ({parts[1]})"))


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, Catalogue]:
    kinds = [draw(st.sampled_from(JOINS)) for _ in range(2)]
    between = draw(st.sampled_from([("a", "c"), ("b", "c")]))
    source = f"a {kinds[0]} b ON {draw(condition(('a', 'b')))} {kinds[1]} c ON {draw(condition(between))}"
    if draw(st.booleans()):
        inner = f"(b {kinds[1]} c ON {draw(condition(('b', 'c')))})"
        source = f"a {kinds[0]} {inner} ON {draw(condition(('a', between[0] if between[0] != 'a' else 'c')))}"
    if draw(st.integers(0, 3)) == 0:
        derived = "(SELECT TOP 20 * FROM TAP_UPLOAD.b ORDER BY k) AS b"
        source = source.replace("a ", "TAP_UPLOAD.a AS a ", 1)
        source = source.replace(" b ON", f" {derived} ON").replace("(b ", f"({derived} ", 1)
        source = source.replace(" c ON", " TAP_UPLOAD.c AS c ON")
    else:
        source = source.replace("a ", "TAP_UPLOAD.a AS a ", 1).replace(" b ON", " TAP_UPLOAD.b AS b ON")
        source = source.replace("(b ", "(TAP_UPLOAD.b AS b ", 1).replace(" c ON", " TAP_UPLOAD.c AS c ON")
    where = draw(
        st.sampled_from(
            [
                "",
                " WHERE a.k IN (SELECT x FROM TAP_UPLOAD.c WHERE x > 1)",
                " WHERE EXISTS (SELECT * FROM TAP_UPLOAD.c AS e WHERE e.x = a.k AND e.k > 5)",
                " WHERE EXISTS (SELECT k FROM TAP_UPLOAD.b AS e WHERE e.x = c.x AND e.k < a.k) AND a.k > 3",
                " WHERE NOT EXISTS (SELECT 1 FROM TAP_UPLOAD.c AS e WHERE e.x = b.k)",
                " WHERE EXISTS (SELECT * FROM TAP_UPLOAD.c AS e WHERE DISTANCE(a.ra, a.dec, e.ra, e.dec) < 0.0005)",
                " WHERE NOT EXISTS (SELECT 1 FROM TAP_UPLOAD.b AS e WHERE e.x > 1 AND DISTANCE(c.ra, c.dec, e.ra, e.dec) < 0.0005)",
                " WHERE a.x = 2",
                " WHERE b.x = c.k",
                " WHERE a.x = 1 OR c.x IS NULL",
                " WHERE b.k IS NULL",
                " WHERE c.k IS NULL",
                " WHERE COALESCE(c.x, 1) = 1",
                " WHERE c.k > 20",
            ]
        )
    )
    what = draw(st.sampled_from(["a.k, b.k, c.k", "DISTINCT a.x, c.x", "COUNT(*), SUM(b.k)"]))
    sizes = draw(st.permutations([20, 5_000, 900_000]))
    places = draw(st.tuples(*[st.sampled_from(["jsdc", "oidb", "spica", UPLOADS])] * 3))
    tables = {f"TAP_UPLOAD.{n}": table(n, place, size) for n, place, size in zip(NAMES, places, sizes, strict=True)}
    return f"SELECT {what} FROM {source}{where}", Catalogue(tables)


@pytest.mark.usefixtures("three")
async def test_rows_are_those_of_the_plain_statement(owner: asyncpg.Connection) -> None:
    asked: list[tuple[str, Catalogue]] = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(questions())
    def gather(question: tuple[str, Catalogue]) -> None:
        asked.append(question)

    gather()
    reduced = 0
    for query, catalogue in asked:
        one, two = both(query, catalogue)
        reduced += one.text != two.text
        assert await told(owner, two) == await told(owner, one), query
    assert reduced > len(asked) / 2


def near(one: tuple[Any, ...], two: tuple[Any, ...], radius: float) -> bool:
    """Whether two places are, by the plain formula."""
    if any(each is None or math.isnan(each) for each in (*one[2:], *two[2:])):
        return False
    ra, dec, ra0, dec0 = map(math.radians, (*one[2:], *two[2:]))
    half = math.sin((dec - dec0) / 2) ** 2 + math.cos(dec) * math.cos(dec0) * math.sin((ra - ra0) / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, half)))) < radius


@pytest.mark.parametrize("radius", [0.00025, 0.0077, 0.4])
async def test_pairs_are_those_that_are_found_one_by_one(
    owner: asyncpg.Connection, three: dict[str, Rows], radius: float
) -> None:
    catalogue = Catalogue({"TAP_UPLOAD.a": table("a", UPLOADS, 40), "TAP_UPLOAD.b": table("b", "oidb", 260_000)})
    _, reduced = both(
        f"SELECT a.k, b.k FROM TAP_UPLOAD.a AS a, TAP_UPLOAD.b AS b WHERE DISTANCE(a.ra, a.dec, b.ra, b.dec) < {radius}",
        catalogue,
    )
    assert "gw.cells" in reduced.text
    expected = Counter(repr((one[0], two[0])) for one in three["a"] for two in three["b"] if near(one, two, radius))
    assert await told(owner, reduced) == expected


async def test_cells_of_a_cone_have_every_place_in_it(owner: asyncpg.Connection) -> None:
    """Places at random distances from places at random, poles and the seam among them, and radii of all sizes."""
    missed = await owner.fetch(
        """SELECT c.*, q.* FROM (
             SELECT setseed(0.4)) AS seed, generate_series(1, 20000) AS n
           CROSS JOIN LATERAL (SELECT (ARRAY[0, 360, 359.99999, 180, 360 * random()])[1 + n % 5]::float8 AS ra,
             (ARRAY[90, -90, 89.99, -89.95, 0, degrees(asin(2 * random() - 1)), 1 / 30.])[1 + n % 7]::float8 AS dec,
             (ARRAY[0.00001, 0.0003, 0.02, 0.07, 0.5])[1 + n % 5] * random() AS radius, 360 * random() AS angle OFFSET 0) AS c
           CROSS JOIN LATERAL (SELECT asind(greatest(-1, least(1, sind(dec) * cosd(radius) + cosd(dec) * sind(radius) * cosd(angle)))) AS dec1) AS p
           CROSS JOIN LATERAL (SELECT ra + atan2d(sind(angle) * sind(radius) * cosd(dec), cosd(radius) - sind(dec) * sind(dec1)) AS ra1) AS q
           WHERE NOT gw.cell(ra1, dec1) = ANY (ARRAY(SELECT gw.cells(ra, dec, radius + 1e-9::float8)))"""
    )
    assert missed == []
    assert await owner.fetchval("SELECT count(*) FROM gw.cells('NaN', 0, 1)") == 0
    assert await owner.fetchval("SELECT gw.cell(0, 'NaN')") is None


STARS = (
    "SELECT s.name, g.id FROM oidb.granule AS g JOIN jsdc.star AS s ON 1 = CONTAINS(POINT(g.s_ra, g.s_dec), CIRCLE(s.raj2000, s.dej2000, 2/3600.)) WHERE s.vmag < 4",
    "SELECT s.name, t.target_name FROM jsdc.star AS s JOIN obsportal.target AS t ON DISTANCE(s.raj2000, s.dej2000, t.target_ra, t.target_dec) < 0.001 WHERE s.vmag < 4",
    "SELECT t.target_id, s.name FROM obsportal.target AS t LEFT JOIN jsdc.star AS s ON DISTANCE(s.raj2000, s.dej2000, t.target_ra, t.target_dec) < 0.001 AND s.vmag < 4",
    "SELECT t.target_id, s.name FROM jsdc.star AS s LEFT JOIN obsportal.target AS t ON DISTANCE(s.raj2000, s.dej2000, t.target_ra, t.target_dec) < 0.001 WHERE s.vmag < 4",
)
ONCE = (
    "SELECT obs_publisher_did, s_ra FROM ivoa.obscore WHERE instrument_name = 'GRAVITY' AND t_min > 58000",
    "SELECT obs_publisher_did FROM ivoa.obscore WHERE facility_name = 'CHARA'",
    "SELECT o.obs_publisher_did, p.obs_publisher_did FROM ivoa.obscore AS o LEFT JOIN ivoa.obscore AS p ON p.target_name = o.target_name AND p.calib_level = 0 WHERE o.instrument_name = 'SPICA'",
    "SELECT source, COUNT(*) FROM ivoa.obscore WHERE t_exptime > 60 OR t_exptime IS NULL GROUP BY source",
)
UNION = "SELECT t.target_id, o.obs_publisher_did FROM obsportal.target AS t JOIN ivoa.obscore AS o ON 1 = CONTAINS(POINT(o.s_ra, o.s_dec), CIRCLE(t.target_ra, t.target_dec, 0.0003)) WHERE t.target_dec < -40"
WITHOUT = (
    "SELECT v.spicadb_id FROM spica.target AS v LEFT JOIN oidb.granule AS g ON DISTANCE(POINT(v.ra, v.dec), POINT(g.s_ra, g.s_dec)) < 0.001 WHERE g.id IS NULL",
    "SELECT v.spicadb_id FROM oidb.granule AS g RIGHT JOIN spica.target AS v ON DISTANCE(v.ra, v.dec, g.s_ra, g.s_dec) < 0.001 WHERE COALESCE(g.target_name, g.obs_id) IS NULL",
    "SELECT g.id, s.name FROM oidb.granule AS g LEFT JOIN crossid.granule AS i ON i.id = g.id LEFT JOIN jsdc.star AS s ON s.jsdc_id = i.star_id WHERE s.name IS NULL AND g.calib_level < 3",
)
KEYS = (
    'SELECT s.name, e.exp_id FROM jsdc.star AS s JOIN crossid.target AS i ON i.star_id = s.jsdc_id JOIN obsportal.exposure AS e ON e.target_id = i.target_id',
    'SELECT s.name, e.exp_id FROM jsdc.star AS s JOIN crossid.target AS i ON i.star_id = s.jsdc_id JOIN obsportal.exposure AS e USING (target_id) WHERE s.vmag < 3',
    "SELECT g.id, e.obs_id FROM obsportal.exposure AS e JOIN oidb.granule AS g ON e.exp_id = g.obs_id AND g.calib_level = 0",
    'WITH bright AS (SELECT TOP 20 jsdc_id, name FROM jsdc.star ORDER BY vmag) SELECT b.name, g.id FROM bright AS b JOIN crossid.granule AS i ON i.star_id = b.jsdc_id JOIN oidb.granule AS g ON g.id = i.id ORDER BY 1, 2 OFFSET 3',
    'SELECT s.name FROM jsdc.star AS s WHERE s.jsdc_id IN (SELECT star_id FROM crossid.granule WHERE method = 1) AND s.vmag < 9',
    'SELECT g.id, t.target_name FROM oidb.granule AS g LEFT JOIN obsportal.target AS t ON t.target_name = g.target_name AND t.target_id IN (SELECT i.target_id FROM crossid.target AS i WHERE i.star_id > 100)',
    "SELECT s.name FROM jsdc.star AS s WHERE EXISTS (SELECT * FROM crossid.granule AS i JOIN oidb.granule AS g ON g.id = i.id WHERE i.star_id = s.jsdc_id AND g.calib_level = 2) AND s.vmag < 9",
    "SELECT o.obs_publisher_did, s.name FROM ivoa.obscore AS o JOIN jsdc.star AS s ON s.name = o.target_name",
)  # fmt: skip


NEAR = (
    "SELECT s.name FROM jsdc.star AS s WHERE s.vmag < 9 AND EXISTS (SELECT * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.0005 AND g.calib_level = 2)",
    "SELECT g.id FROM oidb.granule AS g WHERE NOT EXISTS (SELECT * FROM jsdc.star AS s WHERE 1 = CONTAINS(POINT(g.s_ra, g.s_dec), CIRCLE(s.raj2000, s.dej2000, 2/3600.)) AND s.vmag < 6)",
    "SELECT v.spicadb_id FROM spica.target AS v WHERE v.priority_final = 1 OR EXISTS (SELECT 1 FROM ivoa.obscore AS o WHERE DISTANCE(v.ra, v.dec, o.s_ra, o.s_dec) < 0.001)",
    "SELECT o.obs_publisher_did FROM ivoa.obscore AS o WHERE o.t_min > 59000 AND NOT EXISTS (SELECT * FROM jsdc.star AS s WHERE DISTANCE(s.raj2000, s.dej2000, o.s_ra, o.s_dec) < 0.001 AND s.name = o.target_name)",
    "SELECT d.name FROM (SELECT name, raj2000 AS ra, dej2000 AS dec FROM jsdc.star WHERE vmag < 6) AS d WHERE EXISTS (SELECT * FROM obsportal.target AS t JOIN crossid.target AS i ON i.target_id = t.target_id WHERE DISTANCE(d.ra, d.dec, t.target_ra, t.target_dec) < 0.001 AND i.method > 0)",
    "SELECT t.target_id, v.spicadb_id FROM obsportal.target AS t LEFT JOIN spica.target AS v ON v.target_main_id = t.target_name WHERE NOT EXISTS (SELECT 1 FROM oidb.granule AS g WHERE DISTANCE(v.ra, v.dec, g.s_ra, g.s_dec) < 0.001)",
)


@pytest.mark.parametrize("query", [*STARS, UNION, *ONCE, *WITHOUT, *KEYS, *NEAR])
async def test_databases_joined(serving: asyncpg.Connection, query: str) -> None:
    one, two = both(query)
    assert one.text != two.text
    found = await told(serving, two)
    assert found == await told(serving, one)
    assert found


@pytest.mark.parametrize("query", STARS)
async def test_stars_are_found_where_none_was_read_into_the_hub(owner: asyncpg.Connection, query: str) -> None:
    one, two = both(query)
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("DELETE FROM crossid.seen; DELETE FROM crossid.star_cell")
        assert await told(owner, two) == await told(owner, one)
    finally:
        await transaction.rollback()


STAYING = (
    "SELECT COUNT(*) AS n FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id",
    "SELECT TOP 1 * FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id",
    "SELECT i.method FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id GROUP BY i.method HAVING COUNT(*) > 1",
    "SELECT * FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id AND i.separation < s.vmag",
    "SELECT * FROM crossid.granule AS i WHERE i.star_id + 0 = s.jsdc_id",
    "SELECT * FROM crossid.granule AS i WHERE i.star_id = i.object_id",
    "SELECT * FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id OR i.method = 1",
)


@pytest.mark.parametrize("inside", STAYING)
def test_exists_that_is_no_in_stays_as_it_is(inside: str) -> None:
    one, two = both(f"SELECT s.name FROM jsdc.star AS s WHERE EXISTS ({inside}) AND s.vmag < 9")
    assert one.text == two.text


NEAR_STAYING = (
    "SELECT COUNT(*) AS n FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.001",
    "SELECT TOP 1 * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.001",
    "SELECT * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.6",
    "SELECT * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < s.ldd",
    "SELECT * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.001 AND RAND() < 0.5",
    "SELECT * FROM oidb.granule AS g WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.001 AND g.quality_level = i.calprim_id",
    "SELECT * FROM oidb.granule AS g LEFT JOIN oidb.collection AS c ON c.collection_id = s.name WHERE DISTANCE(s.raj2000, s.dej2000, g.s_ra, g.s_dec) < 0.001",
)


@pytest.mark.parametrize("inside", NEAR_STAYING)
def test_exists_that_is_no_join_of_pairs_stays_as_it_is(inside: str) -> None:
    _, two = both(f"SELECT s.name FROM jsdc.star AS s, spica.calprim AS i WHERE s.vmag < 9 AND EXISTS ({inside})")
    assert "gw.cells" not in two.text


@pytest.mark.parametrize(("query", "settings"), [
    (STARS[0], (("enable_nestloop", "off"),)),
    (NEAR[1], (("enable_nestloop", "off"),)),
    (ONCE[2], (("enable_nestloop", "off"),)),
    (KEYS[0], ()),
    (ONCE[0], ()),
])  # fmt: skip
def test_statements_whose_rows_postgresql_misjudges_say_so(query: str, settings: tuple[tuple[str, str], ...]) -> None:
    compiled = both(query)[1]
    assert compiled.settings == settings
    assert statement(compiled, TABLEDATA.row, 10).settings == settings


async def test_keys_are_looked_up_in_memory_where_the_hub_has_the_rows(owner: asyncpg.Connection) -> None:
    """Compared with an array's, one after the other, 260 000 rows and 18 000 keys took half a minute."""
    compiled = both(
        "SELECT g.id, s.name FROM oidb.granule AS g JOIN crossid.granule AS i ON i.id = g.id JOIN jsdc.star AS s ON s.jsdc_id = i.star_id WHERE g.calib_level >= 2"
    )[1]
    plan = [line for (line,) in await asked(owner, f"EXPLAIN {compiled.text}", compiled)]
    local = [
        line
        for line, before in zip(plan[1:], plan, strict=False)
        if "Scan on granule" in before and "Foreign" not in before
    ]
    assert local
    assert all("hashed SubPlan" in line for line in local if "Filter" in line)


GOLDEN = Path(__file__).parent.parent / "golden" / "joins"
SHOWN = {
    "by_identity": KEYS[0],
    "by_identity_with_a_condition": KEYS[1],
    "by_position": STARS[0],
    "by_position_kept_without_partner": STARS[2],
    "union_by_position": UNION,
    "in_a_query": KEYS[4],
    "exists": KEYS[6],
    "exists_by_position": NEAR[0],
    "said_once": ONCE[0],
}


@pytest.mark.parametrize("name", SHOWN)
async def test_what_is_sent_to_the_sources(
    name: str, owner: asyncpg.Connection, cluster: Cluster, *, update_golden: bool
) -> None:
    one, compiled = both(SHOWN[name])
    told = await asked(owner, f"EXPLAIN (VERBOSE, COSTS OFF) {compiled.text}", compiled)
    remote = sorted({line.strip() for (line,) in told if "Remote SQL" in line})
    assert any("= ANY ($" in line for line in remote)
    shown = sqlglot.parse_one(compiled.text, dialect="postgres").sql(dialect="postgres", pretty=True)
    text = "\n\n".join([SHOWN[name], f"Alone: {one.text}", shown, *remote, ""])
    path = GOLDEN / f"{name}.{cluster.binaries.spatial}{cluster.binaries.major}.txt"
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()
