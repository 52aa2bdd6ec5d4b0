"""Service descriptors for rows: their links, calibrators around a place, GetStar."""

from collections.abc import Iterator
from functools import lru_cache

from adapters.votable.descriptors import Descriptor, Input
from adapters.votable.fields import field_ids
from planning.plan import Cell
from schema import datalink
from schema.column import Column
from schema.datalink import IDENTIFIER, IDENTIFYING
from schema.table import Table
from schema.types import ASCII, DOUBLE

STANDARD = "ivo://ivoa.net/std/DataLink#links-1.1"
MEDIA_TYPE = "application/x-votable+xml;content=datalink"
CONE_SEARCH = "ivo://ivoa.net/std/ConeSearch"
CALIBRATORS, GETSTAR = "calibrators", "getstar"
"""IDs of RESOURCEs that rows of a table of links refer to."""
RADIUS = 5.0
"""Degrees around an observation in which calibrators are searched by default."""


def links_descriptors(base: str) -> tuple[Descriptor, ...]:
    """Descriptors in a table of links: the services of its rows, and {links} itself."""
    return (_calibrators_descriptor(base), _getstar_descriptor(base), _self_descriptor(base))


@lru_cache(maxsize=128)
def rows_descriptors(base: str, table: Table | None, cells: tuple[Cell, ...]) -> tuple[Descriptor, ...]:
    """The descriptor of a result's links, if its own cells include a column that identifies rows, as text; else none.

    `base` is the public address of the gateway, "" for no descriptor.

    A number would do as well, but pyvo then expects links of numbers while their table has them as text. Rows of any
    table, and of none in particular (`table` None), are identified by an `obs_publisher_did`.
    """
    for identifying, path in _ways(table) if base else ():
        for cell, name in field_ids(cells).items():
            if not cell.path and _matches(cell.column, identifying) and cell.column.type.arraysize:
                parameter = Input("ID", ref=name, ucd="meta.id;meta.main")
                description = f"Links of these rows, by their {identifying.name}"
                return (_links_descriptor(f"{base}/datalink/{path}", parameter, description),)
    return ()


def _ways(table: Table | None) -> Iterator[tuple[Column, str]]:
    """Columns that links are found by, each with the path to ask: the identifier first, whatever table has it."""
    yield IDENTIFIER, "links"
    if table in IDENTIFYING:
        yield IDENTIFYING[table], f"{table.qualified}/links"


def _matches(column: Column, identifying: Column) -> bool:
    """Whether it is the identifying column: by utype, or by name for those without."""
    if identifying.utype:
        return column.utype.lower() == identifying.utype.lower()
    return column.name == identifying.name


def _links_descriptor(url: str, parameter: Input, description: str, **extra: str) -> Descriptor:
    return Descriptor("datalink", url, (parameter,), STANDARD, MEDIA_TYPE, description, **extra)


def _self_descriptor(base: str) -> Descriptor:
    url = f"{base}/datalink/links"
    example = f"{url}?ID=ivo%3A%2F%2Fjmmc.fr%2Fjsdc%3FHD%2048329"
    text = "Identifier, as obs_publisher_did of ivoa.obscore; may be repeated"
    parameter = Input("ID", ucd="meta.id;meta.main", description=text)
    return _links_descriptor(
        url, parameter, "Links of records, by their identifiers", example=example, utype="adhoc:this"
    )


def _calibrators_descriptor(base: str) -> Descriptor:
    text = "Stars of JSDC that may calibrate what was observed: around its place, with CalFlag 0"
    inputs = (
        Input("RA", DOUBLE, ref=datalink.RA.name, unit="deg", ucd="pos.eq.ra"),
        Input("DEC", DOUBLE, ref=datalink.DEC.name, unit="deg", ucd="pos.eq.dec"),
        Input(
            "SR",
            DOUBLE,
            f"{RADIUS:g}",
            unit="deg",
            ucd="phys.angSize",
            description="Radius; 180 and more are the whole sky",
        ),
        Input("CALFLAG", ASCII, "0", description="0 keeps the stars that nothing speaks against"),
    )
    return Descriptor(CALIBRATORS, f"{base}/scs/jsdc.star", inputs, CONE_SEARCH, "application/x-votable+xml", text)


def _getstar_descriptor(base: str) -> Descriptor:
    inputs = (
        Input("star", ref=datalink.STAR.name, ucd="meta.id;src"),
        Input("format", value="vot", options=("vot", "votable1.4", "tsv"), description="vot is what GetStar writes"),
    )
    return Descriptor(GETSTAR, f"{base}/getstar", inputs, description="The star as JMMC's GetStar gives it")
