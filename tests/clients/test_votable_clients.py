"""pyvo and astropy read every table, without a warning, and find what GraphQL says as JSON."""

import csv
import io
import math
import re
import warnings
from typing import Any

import httpx
import numpy as np
import pytest
import pyvo
from astropy.io.votable import parse
from astropy.io.votable.tree import TableElement
from filled import FILLED

from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table

FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222"}
EVERYWHERE = FOMALHAUT | {"SR": "180"}
VOTABLES = {"TABLEDATA": "application/x-votable+xml", "BINARY2": "application/x-votable+xml;serialization=BINARY2"}
TEXTS = {"CSV": "text/csv", "TSV": "text/tab-separated-values"}
ROWS = 40


def read(content: bytes) -> TableElement:
    return parse(io.BytesIO(content), verify="exception").get_first_table()


def read_cone(content: bytes) -> TableElement:
    """Simple Cone Search wants three UCDs of old, about which astropy is to complain, and about nothing else."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = parse(io.BytesIO(content), verify="warn").get_first_table()
    about = [re.search(r"W06: Invalid UCD '(\w+)'", str(warning.message)) for warning in told]
    assert {found and found[1] for found in about} == {"ID_MAIN", "POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN"}
    return table


def plain(value: Any) -> Any:
    """A cell of astropy as JSON has it: what is masked, NaN or an empty text is None."""
    if value is np.ma.masked or value is None:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if value == "" else value


def same(found: Any, wanted: Any, column: Column) -> bool:
    found, wanted = plain(found), plain(wanted)
    if found is None or wanted is None:
        return bool(found is wanted)
    if column.enumeration:
        return bool(wanted == column.enumeration.members[found][0])
    if column.type.graphql == "DateTime":
        return str(found)[:19] == str(wanted)[:19]
    if column.type.graphql == "Float":
        return math.isclose(found, wanted, rel_tol=1e-6 if column.type.datatype == "float" else 1e-15)
    return bool(found == wanted)


def everything(table: Table) -> tuple[str, list[tuple[Column, tuple[str, ...]]]]:
    """A document that asks every column of a table, and where each value is in the node."""
    fields = []
    places = [(column, place(table, column)) for column in table.columns if column.type.graphql != "JSON"]
    for member in table.members:
        if isinstance(member, Column):
            if member.type.graphql != "JSON":
                fields.append(member.graphql)
        else:
            parts = [name for name in ("value", "error", "origin", "confidence") if getattr(member, name)]
            fields.append(f"{member.graphql} {{ {' '.join(parts)} }}")
    order = f"orderBy: [{{ {table.key.graphql}: ASC }}]"
    return f"{{ {table.plural}(first: {ROWS}, {order}) {{ nodes {{ {' '.join(fields)} }} }} }}", places


def place(table: Table, column: Column) -> tuple[str, ...]:
    for quantity in table.quantities.values():
        for part in ("value", "error", "origin", "confidence"):
            if getattr(quantity, part) is column:
                return (quantity.graphql, part)
    return (column.graphql,)


@pytest.mark.parametrize("form", VOTABLES)
@pytest.mark.parametrize("name", FILLED)
async def test_astropy_reads_what_json_says(client: httpx.AsyncClient, name: str, form: str) -> None:
    query, places = everything(DECLARED.tables[name])
    nodes = (await client.post("/graphql", json={"query": query})).json()["data"][DECLARED.tables[name].plural]["nodes"]
    assert nodes
    response = await client.post("/graphql", json={"query": query}, headers={"accept": VOTABLES[form]})
    table = read(response.content)
    assert len(table.array) == len(nodes)
    assert [field.name for field in table.fields] == [column.name for column, _ in places]
    for index, (column, path) in enumerate(places):
        cells = table.array[table.fields[index].ID]
        for found, node in zip(cells, nodes, strict=True):
            wanted: Any = node
            for step in path:
                wanted = wanted[step]
            assert same(found, wanted, column), (column.name, found, wanted)


@pytest.mark.parametrize("verbosity", [1, 2, 3])
@pytest.mark.parametrize("name", DECLARED.positioned)
async def test_astropy_reads_every_cone_search(client: httpx.AsyncClient, name: str, verbosity: int) -> None:
    told = EVERYWHERE | {"VERB": str(verbosity), "MAXREC": "5"}
    for responseformat in ("votable", "votable/b2"):
        response = await client.get(f"/scs/{name}", params=told | {"RESPONSEFORMAT": responseformat})
        table = read_cone(response.content)
        assert len(table.array) == 5
        assert 'name="QUERY_STATUS" value="OVERFLOW"' in response.text
        ucds = [field.ucd for field in table.fields]
        assert [ucds.count(ucd) for ucd in ("ID_MAIN", "POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN")] == [1, 1, 1]
        assert table.fields[ucds.index("ID_MAIN")].datatype == "char"
        principal = [column for column in DECLARED.tables[name].columns if column.principal]
        assert len(ucds) >= {1: 3, 2: len(principal), 3: len(DECLARED.tables[name].columns)}[verbosity]


@pytest.mark.parametrize("name", DECLARED.positioned)
def test_pyvo(server: str, name: str) -> None:
    service = pyvo.dal.SCSService(f"{server}/scs/{name}")
    found = service.search(pos=(344.4127, -29.6222), radius=180.0, verbosity=3, MAXREC=7)
    assert len(found) == 7
    assert found[0].id
    assert isinstance(found[0].pos.ra.deg, float)
    assert 0 <= found[0].pos.ra.deg <= 360
    metadata = service.search(pos=(344.4127, -29.6222), radius=0.0)
    assert len(metadata) == 0
    assert len(metadata.fieldnames) >= 3
    assert len(service.search(pos=(0.0, 90.0), radius=1e-9)) == 0
    wrong = service.create_query(pos=(1.0, 80.0), radius=1.0)
    wrong["DEC"] = "91.0"
    with pytest.raises(pyvo.dal.DALQueryError, match=r"DEC is '91.0?': decimal degrees from -90 to 90 are wanted"):
        wrong.execute()


def test_pyvo_reports_a_table_that_is_not_there(server: str) -> None:
    with pytest.raises(pyvo.dal.DALQueryError, match=r"perhaps you meant jsdc\.star"):
        pyvo.dal.SCSService(f"{server}/scs/jsdc.stars").search(pos=(1.0, 1.0), radius=1.0)


async def test_rows_are_cut_only_where_there_are_more(client: httpx.AsyncClient) -> None:
    every = read_cone((await client.get("/scs/jsdc.star", params=FOMALHAUT | {"SR": "1"})).content)
    number = len(every.array)
    assert number > 1
    for limit, rows, overflow in ((number, number, 0), (number - 1, number - 1, 1), (0, 0, 1)):
        response = await client.get("/scs/jsdc.star", params=FOMALHAUT | {"SR": "1", "MAXREC": str(limit)})
        assert len(read_cone(response.content).array) == rows
        assert response.text.count('value="OVERFLOW"') == overflow


TARGETS = "{ targets(cone: { ra: 12.5, dec: -89.5, radius: 0.001 }) { nodes { targetId targetName } } }"
SEEING = (
    '{ exposures(where: { expId: { like: "HOSTILE%" } }, orderBy: [{ expId: ASC }]) { nodes { expId expSeeing } } }'
)


async def test_hostile_text_in_json(client: httpx.AsyncClient, hostile: dict[int, Any]) -> None:
    nodes = (await client.post("/graphql", json={"query": TARGETS})).json()["data"]["targets"]["nodes"]
    assert {node["targetId"]: node["targetName"] for node in nodes} == hostile


@pytest.mark.parametrize("form", VOTABLES)
async def test_hostile_text_in_votables(client: httpx.AsyncClient, hostile: dict[int, Any], form: str) -> None:
    response = await client.post("/graphql", json={"query": TARGETS}, headers={"accept": VOTABLES[form]})
    array = read(response.content).array
    found = {int(row["target_id"]): str(row["target_name"]) for row in array}
    # XML holds no control characters, which BINARY2 can; a VOTable has no NULL of text but the empty one.
    wanted = {number: text or "" for number, text in hostile.items()}
    if form == "TABLEDATA":
        # astropy strips what stands around the text of a TD, though XML keeps it.
        wanted = {number: text.replace("\x01", "?").replace("\x0b", "?").strip() for number, text in wanted.items()}
        assert "<TD> blanks </TD>" in response.text
    assert found == wanted


@pytest.mark.parametrize("form", TEXTS)
async def test_hostile_text_in_delimited(client: httpx.AsyncClient, hostile: dict[int, Any], form: str) -> None:
    response = await client.post("/graphql", json={"query": TARGETS}, headers={"accept": TEXTS[form]})
    delimiter = "," if form == "CSV" else "\t"
    header, *rows = csv.reader(io.StringIO(response.text, newline=""), delimiter=delimiter)
    assert header == ["target_id", "target_name"]
    assert {int(number): text for number, text in rows} == {number: text or "" for number, text in hostile.items()}
    (empty,) = [number for number, text in hostile.items() if text == ""]
    (null,) = [number for number, text in hostile.items() if text is None]
    assert f'{empty}{delimiter}""\n' in response.text  # the empty text is quoted, NULL is not
    assert f"{null}{delimiter}\n" in response.text


async def test_numbers_that_are_none(client: httpx.AsyncClient, strange: list[float | None]) -> None:
    nodes = (await client.post("/graphql", json={"query": SEEING})).json()["data"]["exposures"]["nodes"]
    assert [node["expSeeing"] for node in nodes] == [None, None, None, None, -0.5]  # JSON has no NaN and no infinity
    for accept in VOTABLES.values():
        response = await client.post("/graphql", json={"query": SEEING}, headers={"accept": accept})
        found = [float(value) for value in np.ma.filled(read(response.content).array["exp_seeing"], np.nan)]
        wanted = [math.nan if value is None else value for value in strange]
        np.testing.assert_array_equal(found, wanted)
    response = await client.post("/graphql", json={"query": SEEING}, headers={"accept": "text/csv"})
    assert [row[1] for row in csv.reader(io.StringIO(response.text))][1:] == ["NaN", "+Inf", "-Inf", "", "-0.5"]
