"""What a document says of its columns."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

import asyncpg
import nasty
import pytest
from documents import HEAD, broken, copied, written
from starlink import stilts

from adapters.votable.envelope import Head, Param, error_document
from adapters.votable.fields import field_elements, system_elements, with_ucd1
from adapters.votable.formats import BINARY2, TABLEDATA, Format
from planning.errors import BadInput
from planning.plan import Cell
from schema.catalog import DECLARED
from schema.table import Table
from schema.types import ASCII, DOUBLE, LONG

TWINS = tuple(Cell(cell.column, f"twin.{cell.name}", (nasty.TWIN,)) for cell in nasty.CELLS)
POSITIONED = [table for table in DECLARED.tables.values() if table.position]


def elements(table: Table, cells: tuple[Cell, ...]) -> ET.Element:
    return ET.fromstring(f"<r>{system_elements(table, cells)}{field_elements(table, cells)}</r>")  # noqa: S314 - our own


def place_cells(table: Table) -> tuple[Cell, ...]:
    return tuple(Cell(column, column.name) for column in table.columns)


def test_a_field_says_all_that_is_declared() -> None:
    field = elements(nasty.TABLE, nasty.CELLS).find("FIELD[@name='Vmag']")
    assert field is not None
    assert field.attrib == {
        "ID": "Vmag",
        "name": "Vmag",
        "datatype": "float",
        "unit": "mag",
        "ucd": "phot.mag;em.opt.V",
    }
    assert field.findtext("DESCRIPTION") == "Magnitude"


def test_codes_have_labels() -> None:
    options = elements(nasty.TABLE, nasty.CELLS).findall("FIELD[@name='f_Vmag']/VALUES/OPTION")
    assert [option.attrib for option in options] == [
        {"name": "Bad & wrong", "value": "0"},
        {"name": "Good", "value": "1"},
    ]


def test_a_quantity_is_a_group_where_more_than_its_value_is_there() -> None:
    (group,) = elements(nasty.TABLE, nasty.CELLS).findall("GROUP")
    assert group.attrib == {"name": "Vmag_quantity", "ucd": "phot.mag;em.opt.V"}
    assert [reference.get("ref") for reference in group] == ["Vmag", "e_Vmag", "f_Vmag"]
    assert elements(nasty.TABLE, tuple(cell for cell in nasty.CELLS if cell.name != "Vmag")).find("GROUP") is None
    assert elements(nasty.TABLE, tuple(cell for cell in nasty.CELLS if cell.name == "Vmag")).find("GROUP") is None


def test_linked_quantities_are_grouped_by_link() -> None:
    groups = elements(nasty.TABLE, nasty.CELLS + TWINS).findall("GROUP")
    assert [[reference.get("ref") for reference in group] for group in groups] == [
        ["Vmag", "e_Vmag", "f_Vmag"],
        ["twin.Vmag", "twin.e_Vmag", "twin.f_Vmag"],
    ]


@pytest.mark.parametrize("cells", [TWINS + nasty.CELLS, nasty.CELLS + TWINS])
def test_one_column_of_each_kind_is_main(cells: tuple[Cell, ...]) -> None:
    told = [(field.get("ucd", ""), field.get("name")) for field in elements(nasty.TABLE, cells).iter("FIELD")]
    assert [name for ucd, name in told if ucd.endswith(";meta.main")] == ["Name", "ra", "dec"]
    assert [name for ucd, name in told if ucd == "pos.eq.ra"] == ["twin.ra"]


def test_ids_are_unique_ncnames() -> None:
    column = nasty.CELLS[0].column
    cells = tuple(Cell(column, name) for name in ("a b", "a_b", "1st", "été", "ICRS", "UTC", "x:y", "-", "link.a"))
    ids = [field.get("ID") for field in elements(nasty.TABLE, cells).iter("FIELD")]
    assert ids == ["a_b", "a_b_2", "_1st", "_t_", "ICRS_2", "UTC_2", "x_y", "_-", "link.a"]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name or "") for name in ids)


def test_positions_and_dates_refer_to_their_frames_and_durations_do_not() -> None:
    root = elements(nasty.TABLE, nasty.CELLS)
    assert {field.get("name"): field.get("ref") for field in root.iter("FIELD") if field.get("ref")} == {
        "ra": "ICRS_J2000",
        "dec": "ICRS_J2000",
        "t_min": "UTC",
    }
    assert {child.get("ID") for child in root if child.tag in ("COOSYS", "TIMESYS")} == {"ICRS_J2000", "UTC"}


def test_only_frames_in_use_are_told() -> None:
    assert system_elements(nasty.TABLE, nasty.CELLS[:1]) == ""


def test_simple_cone_search_gets_a_name_of_ascii_as_its_identifier() -> None:
    found = {cell.name: cell.column for cell in with_ucd1(nasty.TABLE, nasty.CELLS)}
    assert {name: column.ucd for name, column in found.items() if column.ucd.isupper()} == {
        "Name": "ID_MAIN",
        "ra": "POS_EQ_RA_MAIN",
        "dec": "POS_EQ_DEC_MAIN",
    }
    assert found["id"].type is LONG


async def test_simple_cone_search_gets_a_number_as_text_where_there_is_no_name(connection: asyncpg.Connection) -> None:
    cells = with_ucd1(nasty.TABLE, tuple(cell for cell in nasty.CELLS if cell.name in ("id", "ra", "dec")))
    assert cells[0].column.ucd == "ID_MAIN"
    assert cells[0].column.type is ASCII
    document = await written(TABLEDATA, await copied(connection, TABLEDATA, cells), 1, head=nasty.head(cells))
    assert b"<TD>-9223372036854775808</TD>" in document
    assert await copied(connection, BINARY2, cells)


def test_the_same_cells_are_respelt_into_the_same_cells() -> None:
    assert with_ucd1(nasty.TABLE, nasty.CELLS) is with_ucd1(nasty.TABLE, tuple(nasty.CELLS))


@pytest.mark.parametrize("missing", ["ra", "dec", "id Name"])
def test_simple_cone_search_wants_position_and_identifier(missing: str) -> None:
    with pytest.raises(BadInput):
        with_ucd1(nasty.TABLE, tuple(cell for cell in nasty.CELLS if cell.name not in missing.split()))


@pytest.mark.parametrize("table", POSITIONED, ids=lambda table: table.qualified)
def test_every_cone_search_has_one_of_each(table: Table) -> None:
    told = [field.attrib for field in elements(table, with_ucd1(table, place_cells(table))).iter("FIELD")]
    for ucd, datatype in {"ID_MAIN": "char", "POS_EQ_RA_MAIN": "double", "POS_EQ_DEC_MAIN": "double"}.items():
        assert [field["datatype"] for field in told if field.get("ucd") == ucd] == [datatype]
    assert not [field for field in told if ";meta.main" in field.get("ucd", "")]


def lint(document: bytes) -> str:
    return stilts("votlint", "votable=-", "version=1.4", "ucd=true", "unit=true", "validate=true", given=document)


@pytest.mark.stilts
@pytest.mark.parametrize("form", [TABLEDATA, BINARY2], ids=lambda form: form.name)
async def test_votlint_is_silent(connection: asyncpg.Connection, form: Format) -> None:
    blocks = await copied(connection, form)
    param = Param("RA", "1.5", DOUBLE, "deg", "pos.eq.ra", "Centre & co")
    head = Head(nasty.TABLE, nasty.CELLS, (("query", '{ nasties(where: {n: "<"}) }\n'), ("remark", "")), (param,))
    assert lint(await written(form, blocks, head=head)) == ""
    assert lint(await written(form, blocks, 3)) == ""
    assert lint(await broken(form, [b"".join(blocks)[:3000]])) == ""


@pytest.mark.stilts
def test_votlint_is_silent_about_an_error() -> None:
    assert lint(error_document("RA is missing & <more>")) == ""


def together(documents: Iterable[bytes]) -> bytes:
    """One document that has the tables of several, which begin alike: a suffix keeps their identifiers apart."""
    parts = [document.decode().removesuffix("</VOTABLE>\n").partition("<RESOURCE") for document in documents]
    (prolog,) = {prolog for prolog, _, _ in parts}
    resources = (
        re.sub(r'\b(ID|ref)="([^"]*)"', rf'\1="\2.{number}"', "".join(resource))
        for number, (_, *resource) in enumerate(parts)
    )
    return "".join((prolog, *resources, "</VOTABLE>\n")).encode()


@pytest.mark.stilts
async def test_votlint_is_silent_about_every_table() -> None:
    """In one document: STILTS starts once, which takes half a second of a processor, and not for each of sixty."""
    heads = {table.qualified: Head(table, place_cells(table)) for table in DECLARED.tables.values()}
    heads |= {
        f"{table.qualified} as a cone search": Head(table, with_ucd1(table, place_cells(table))) for table in POSITIONED
    }
    documents = {name: await written(TABLEDATA, [], head=head) for name, head in heads.items()}
    assert not lint(together(documents.values())), {name: lint(document) for name, document in documents.items()}
    *others, last = documents.values()
    assert "doubly" in lint(together([*others, last.replace(b'"double"', b'"doubly"', 1)]))


async def test_every_cell_of_the_head_is_a_field() -> None:
    assert (await written(TABLEDATA, [])).count(b"<FIELD ") == len(HEAD.cells)
