"""VOTables published: in TAP_SCHEMA, GraphQL and cone search, every value as its document has it."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import numpy as np
import pytest
from astropy.io.votable import parse
from astropy.io.votable.tree import TableElement
from defusedxml.ElementTree import fromstring
from waiting import within

from adapters.publishing.draft import draft_table
from adapters.publishing.naming import Names, hub_name, table_name
from adapters.votable.reader import read_votable
from gateway.__main__ import main
from hub.writer import Writers, open_writers
from planning.errors import BadInput
from publishing.declaration import as_json
from publishing.declaration import table as read_table
from publishing.draft import Facts, settled
from publishing.publish import publish, remove
from sample.federation import Federation
from schema.column import Quantity

RANDOM = np.random.default_rng(20261121)
NO_MARKUP = str.maketrans("<>&", "---")

REAL = [
    "searchcal/SearchCal-ETA_TAU.scvot", "searchcal/SearchCal-HD_32617.scvot.gz", "searchcal/SearchCal-BAND_N.scvot",
    "spica/partial_wp5.vot", "getstar/getstar-votable.vot", "aspro_votables/vizier_ASCC-votable.xml",
]  # fmt: skip
SMALL = """<VOTABLE version="1.3"><RESOURCE><TABLE name="bright"><DESCRIPTION>Bright stars</DESCRIPTION>
<PARAM ID="p1" name="V.confidence" datatype="int" value="3"/>
<FIELD name="Main ID" datatype="char" arraysize="*" ucd="meta.id;meta.main"/>
<FIELD name="RA" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/>
<FIELD name="Dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/>
<FIELD ID="v" name="V" datatype="float" unit="mag" ucd="phot.mag;em.opt.V" utype="a:b"><DESCRIPTION>Magnitude</DESCRIPTION></FIELD>
<FIELD ID="e" name="e_V" datatype="float" unit="mag"/><FIELD ID="o" name="V.origin" datatype="int"/>
<FIELD name="publication" datatype="short"/><FIELD name="2MASS" datatype="char" arraysize="*"/>
<FIELD name="colours" datatype="float" arraysize="2"/>
<GROUP name="V" ucd="phot.mag"><FIELDref ref="v"/><FIELDref ref="o"/><FIELDref ref="e"/><PARAMref ref="p1"/></GROUP>
<DATA><TABLEDATA>
<TR><TD>Sirius</TD><TD>101.28715533</TD><TD>-16.71611586</TD><TD>-1.46</TD><TD>0.01</TD><TD>23</TD><TD>7</TD><TD>06450887-1642566</TD><TD>0.5 1.5</TD></TR>
<TR><TD>Véga &amp; co</TD><TD>279.23473479</TD><TD>38.78368896</TD><TD>0.03</TD><TD/><TD>2</TD><TD/><TD/><TD/></TR>
<TR><TD>Nowhere</TD><TD/><TD/><TD/><TD/><TD/><TD/><TD/><TD/></TR>
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


async def blocks(document: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(document), 50_000):
        yield document[start : start + 50_000]


@pytest.fixture(scope="module")
async def writers(federation: Federation) -> AsyncIterator[Writers]:
    opened = await open_writers(federation.jobs, 2, 60)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(federation.owner)
    yield connection
    await connection.close()


async def put(writers: Writers, name: str, document: str | bytes = SMALL, *, replace: bool = False) -> Any:
    text = document.encode() if isinstance(document, str) else document
    source = await read_votable(blocks(text))
    return await publish(writers, draft_table(source.heading, name), source.copy, replace=replace)


@pytest.fixture(scope="module")
def documents(real: Path) -> dict[str, bytes]:
    return {name: _content(real / name) for name in REAL if real.exists()}


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="module")
async def published(
    client: httpx.AsyncClient, writers: Writers, documents: dict[str, bytes]
) -> AsyncIterator[list[str]]:
    """Tables published while the application runs, once it has taken them up."""
    names = ["bright", *(f"real_{number}" for number in range(len(documents)))]
    for name, document in zip(names, [SMALL.encode(), *documents.values()], strict=True):
        await put(writers, name, document)
    await taken_up(client, names)
    yield names
    for name in names:
        await remove(writers, name)
    await taken_up(client, [])


KNOWN = '{ tables(source: "published") { name } __type(name: "Query") { fields { name } } }'


async def taken_up(client: httpx.AsyncClient, names: list[str]) -> None:
    """Wait until these and no others are published: in the catalogue of the process, and in this application's schema."""
    fields = {name.replace("_", "") for name in names}
    gone = {"bright"} - fields
    wanted = {f"published.{name}" for name in (*names, "catalogue")}

    async def known() -> bool:
        told = (await client.post("/graphql", json={"query": KNOWN})).json()["data"]
        asked = {field["name"] for field in told["__type"]["fields"]}
        return {table["name"] for table in told["tables"]} == wanted and asked >= fields and not asked & gone

    await within(known, 60)  # every gateway of this process makes its schema anew, for each of them


async def asked(client: httpx.AsyncClient, query: str) -> Any:
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.usefixtures("published")
async def test_its_record_has_a_test_query_that_finds_rows(client: httpx.AsyncClient) -> None:
    told = {
        "verb": "GetRecord",
        "metadataPrefix": "ivo_vor",
        "identifier": "ivo://jmmc.fr/gateway/scs/published.bright",
    }
    record = fromstring((await client.get("/oai", params=told)).content)
    (query,) = record.iter("testQuery")
    place = {axis.upper(): query.findtext(axis) for axis in ("ra", "dec", "sr")}
    assert "<TR>" in (await client.get("/scs/published.bright", params=place)).text


async def test_registries_are_told_that_it_is_gone(client: httpx.AsyncClient, writers: Writers) -> None:
    async def headers() -> dict[str, str | None]:
        told = {"verb": "ListIdentifiers", "metadataPrefix": "ivo_vor"}
        root = fromstring((await client.get("/oai", params=told)).content)
        found = [one for one in root.iter() if one.tag.endswith("}header")]
        return {str(one[0].text).removeprefix("ivo://jmmc.fr/gateway/"): one.get("status") for one in found}

    async def state(status: str | None) -> bool:
        there = await headers()
        return all(there.get(name, "missing") == status for name in ("published.brief", "scs/published.brief"))

    await put(writers, "brief")
    await within(lambda: state(None), 60)
    await remove(writers, "brief")
    await within(lambda: state("deleted"), 60)
    await put(writers, "brief")
    await within(lambda: state(None), 60)
    await remove(writers, "brief")
    await within(lambda: state("deleted"), 60)


@pytest.mark.usefixtures("published")
async def test_graphql_has_it_as_any_table(client: httpx.AsyncClient) -> None:
    data = await asked(client, """{
      bright(where: {v: {value: {lt: 0}}}) { nodes { mainId v { value error origin confidence unit } colours } totalCount }
      brightRow(id: "Véga & co") { ra publication2: publication c2mass }
      near: bright(cone: {ra: 101.3, dec: -16.7, radius: 0.1}) { nodes { mainId } }
      brightAggregate(groupBy: [V_ORIGIN]) { count }
      publishedCatalogues(where: {tableName: {eq: "published.bright"}}) { nodes { description nRows } }
    }""".replace("v: {value: {lt: 0}}", "v: {lt: 0}"))  # fmt: skip
    quantity = {"value": -1.46, "error": 0.01, "origin": "SIMBAD", "confidence": "HIGH", "unit": "mag"}
    assert data["bright"] == {"nodes": [{"mainId": "Sirius", "v": quantity, "colours": [0.5, 1.5]}], "totalCount": 1}
    assert data["brightRow"] == {"ra": 279.23473479, "publication2": None, "c2mass": None}
    assert data["near"]["nodes"] == [{"mainId": "Sirius"}]
    assert sorted(group["count"] for group in data["brightAggregate"]) == [1, 1, 1]
    assert data["publishedCatalogues"]["nodes"] == [{"description": "Bright stars", "nRows": 3}]


def _order(ours: TableElement, theirs: TableElement) -> list[int]:
    """Where each of our rows is in their document: by its number, or else by the identifier that is the key."""
    key = next(field for field in ours.fields if field.ucd == "ID_MAIN")
    if key.name == "row_number":
        return [int(number) for number in ours.array[key.ID]]
    places = {
        str(value): place for place, value in enumerate(theirs.array[theirs.get_field_by_id_or_name(key.name).ID])
    }
    return [places[str(value)] for value in ours.array[key.ID]]


def _same(mine: Any, given: Any, field: Any) -> bool:
    if field.datatype in ("float", "double") and not field.arraysize:
        return bool(np.array_equal(np.ma.filled(mine, np.nan), np.ma.filled(given, np.nan), equal_nan=True))
    if mine.dtype.kind == "O" and given.dtype.kind == "i":  # an identifier of a cone search is text
        return [str(value) for value in mine] == [str(value) for value in given]
    # As a list at once: cell by cell, a masked array takes twenty times as long.
    return [_plain(value) for value in mine.tolist()] == [_plain(value) for value in given.tolist()]


def _plain(value: Any) -> Any:
    return (
        None
        if value is None or np.ma.is_masked(value) or value == ""
        else value.strip()
        if isinstance(value, str)
        else value
    )


@pytest.mark.usefixtures("published")
@pytest.mark.real_files
@pytest.mark.parametrize("number", range(len(REAL)))
async def test_every_value_of_real_files_comes_back_by_cone_search(
    client: httpx.AsyncClient, documents: dict[str, bytes], owner: asyncpg.Connection, number: int
) -> None:
    theirs = parse(io.BytesIO(list(documents.values())[number]), verify="ignore").get_first_table()
    answer = await client.get(f"/scs/published.real_{number}", params={"RA": 0, "DEC": 0, "SR": 180, "VERB": 3})
    assert answer.status_code == 200, answer.text
    document = parse(io.BytesIO(answer.content), verify="ignore").get_first_table()
    placed = await owner.fetchval(f"SELECT count(*) FROM published.cells_real_{number}")
    assert len(document.array) == placed == len(theirs.array)
    ours = document.array[np.argsort(_order(document, theirs))]
    met: list[str] = []
    for field in theirs.fields:
        met.append(field.name)
        name = field.name if met.count(field.name) == 1 else f"{hub_name(field.name)}_{met.count(field.name)}"
        mine = next(known for known in document.fields if known.name == name)
        assert _same(ours[mine.ID], theirs.array[field.ID], field), field.name


@pytest.mark.usefixtures("published")
async def test_tap_schema_has_it(owner: asyncpg.Connection) -> None:
    found = await owner.fetch(
        "SELECT column_name, datatype, arraysize, unit, ucd, indexed FROM tap_schema.columns WHERE table_name = 'published.bright' ORDER BY column_index"
    )
    assert [tuple(row) for row in found][:5] == [
        ("main_id", "unicodeChar", "*", None, "meta.id;meta.main", 1),
        ("ra", "double", None, "deg", "pos.eq.ra;meta.main", 1),
        ("dec", "double", None, "deg", "pos.eq.dec;meta.main", 1),
        ("v", "float", None, "mag", "phot.mag;em.opt.V", 1),
        ("e_v", "float", None, "mag", None, 0),
    ]
    assert [row[0] for row in found][5:] == ["v_origin", "v_confidence", "publication_", "c_2mass", "colours"]


async def test_tap_answers_from_it(client: httpx.AsyncClient, published: list[str]) -> None:
    assert published
    query = "SELECT main_id, v, colours FROM published.bright WHERE v_confidence = 3 AND 1=CONTAINS(POINT(ra, dec), CIRCLE(101.3, -16.7, 1))"
    for form in ("votable/td", "votable/b2"):
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "FORMAT": form})
        assert answer.status_code == 200, answer.text
        found = parse(io.BytesIO(answer.content)).get_first_table().array
        assert [(row["main_id"], row["colours"].tolist()) for row in found] == [("Sirius", [0.5, 1.5])]


@pytest.mark.usefixtures("published")
@pytest.mark.spatial
async def test_a_cone_meets_the_spatial_index(owner: asyncpg.Connection) -> None:
    await owner.execute("SET enable_seqscan = off")
    text = 'EXPLAIN SELECT * FROM published.bright WHERE gw.in_cone(ra, "dec", 101.3, -16.7, 0.1)'
    plan = "\n".join(row[0] for row in await owner.fetch(text))
    await owner.execute("RESET enable_seqscan")
    assert "Index Cond: " in plan
    assert "spoint(" in plan or "cube(" in plan


@pytest.mark.usefixtures("published")
async def test_what_fails_leaves_what_was_there(writers: Writers, owner: asyncpg.Connection) -> None:
    with pytest.raises(BadInput, match="--replace"):
        await put(writers, "bright")
    with pytest.raises(BadInput, match="'x' is not a float"):
        await put(writers, "bright", SMALL.replace("0.03", "x"), replace=True)
    with pytest.raises(BadInput, match="1 rows are nowhere on the sky: RA and Dec"):
        await put(writers, "bright", SMALL.replace("38.78368896", "138.78"), replace=True)
    assert await owner.fetchval("SELECT count(*) FROM published.bright") == 3
    assert not await owner.fetchval("SELECT count(*) FROM pg_class WHERE relname LIKE 'new\\_%' AND relkind = 'r'")


async def test_publishing_anew_replaces_all(
    writers: Writers, owner: asyncpg.Connection, client: httpx.AsyncClient, published: list[str]
) -> None:
    table, rows = await put(writers, "again")
    same = await put(writers, "again", SMALL.replace("<TD>Nowhere", "<TD>Sirius"), replace=True)
    assert (table.key.sql, rows) == ("main_id", 3)
    assert same[0].key.sql == "row_number"
    assert await owner.fetchval("SELECT count(*) FROM tap_schema.columns WHERE table_name = 'published.again'") == 11
    await remove(writers, "again")
    assert not await owner.fetchval("SELECT count(*) FROM tap_schema.tables WHERE table_name = 'published.again'")
    assert not await owner.fetchval("SELECT count(*) FROM pg_class WHERE relname ~ 'again'")
    await taken_up(client, published)
    with pytest.raises(BadInput, match="no table"):
        await remove(writers, "again")


async def test_a_declaration_survives_json() -> None:
    heading = (await read_votable(blocks(SMALL.encode()))).heading
    drafted = draft_table(heading, "bright_of_json")
    made = settled(drafted, Facts(frozenset(drafted.keys), frozenset(), frozenset(drafted.coded), frozenset()))
    again = read_table(as_json(made))
    assert as_json(again) == as_json(made)
    assert [column.type.sql for column in again.columns] == [column.type.sql for column in made.columns]
    assert isinstance(again.members[3], Quantity)
    assert again.position
    assert [column.name for column in again.position] == ["ra", "dec"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name="RA" datatype="double" unit="deg"', 'name="RA" datatype="double" unit="h"'),
        ('name="RA" datatype="double" unit="deg"', 'name="RA" datatype="double" unit="rad"'),
        ('name="RA" datatype="double" unit="deg"', 'name="RA" datatype="double" unit="deg" ref="old"'),
    ],
)
async def test_a_place_that_cannot_be_read_is_none(before: str, after: str) -> None:
    framed = SMALL.replace("<RESOURCE>", '<RESOURCE><COOSYS ID="old" system="eq_FK4" equinox="B1950"/>')
    drafted = draft_table((await read_votable(blocks(framed.replace(before, after).encode()))).heading, "elsewhere")
    assert settled(drafted, Facts(frozenset(), frozenset(), frozenset(), frozenset())).position is None


def test_names_are_mapped_as_by_jmmc_s_importer() -> None:
    wanted = {
        "B.confidence": "b_confidence",
        "publication": "publication_",
        "2MASS": "c_2mass",
        "Δ+x": "_x",
        "size": "size_",
        "--": "c__",
    }
    assert {told: hub_name(told) for told in wanted} == wanted
    names = Names()
    assert [names.column(name) for name in ("b.v", "B_V", "bV", "not", "_x")] == [
        ("b_v", ""), ("b_v_2", ""), ("bv", ""), ("not_", "not2"), ("_x", ""),
    ]  # fmt: skip
    assert table_name("published.bright") == table_name("bright")
    for wrong in ("jsdc.star", "Bright", "order", "cells_x", "catalogue", "a b", "x;y"):
        with pytest.raises(BadInput, match="name"):
            table_name(wrong)


async def test_the_command(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "My stars.vot"
    path.write_text(SMALL)
    monkeypatch.setenv("GATEWAY_HUB", federation.hub)
    monkeypatch.setenv("GATEWAY_HUB_JOBS", federation.jobs)

    async def run(*arguments: str) -> tuple[int, str]:
        status = await asyncio.to_thread(main, ["publish", *arguments])
        told = capsys.readouterr()
        return status, told.out + told.err

    doors = "TAP and GraphQL (myStars), /scs/published.my_stars"
    assert await run(str(path)) == (0, f"published.my_stars: 3 rows, 10 columns, key main_id; {doors}\n")
    status, why = await run(str(path))
    assert (status, "--replace" in why) == (1, True)
    assert await run("published.my_stars", "--remove") == (0, "my_stars is published no longer\n")


async def test_text_that_is_too_long_for_an_index_is_no_key(writers: Writers) -> None:
    long = "".join(chr(33 + int(digit)) for digit in RANDOM.integers(0, 90, 12_000)).translate(NO_MARKUP)
    document = SMALL.replace("Sirius", long).replace("06450887-1642566", long)
    table, rows = await put(writers, "long", document.replace('name="2MASS"', 'name="2MASS" ucd="meta.id"'))
    await remove(writers, "long")
    assert (table.key.name, rows) == ("row_number", 3)
    assert [column.name for column in table.columns if column.indexed] == ["row_number", "v"]
