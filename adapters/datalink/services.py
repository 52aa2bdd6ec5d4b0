"""Descriptors of the services that can be asked about rows: links, calibrators around a place, GetStar."""

from functools import lru_cache

from adapters.votable.descriptors import Descriptor, Input
from adapters.votable.fields import field_ids
from planning.plan import Cell
from schema import datalink
from schema.datalink import IDENTIFYING
from schema.observations import OBSCORE
from schema.table import Column, Table
from schema.types import ASCII, DOUBLE

STANDARD = "ivo://ivoa.net/std/DataLink#links-1.1"
MEDIA_TYPE = "application/x-votable+xml;content=datalink"
CONE_SEARCH = "ivo://ivoa.net/std/ConeSearch"
CALIBRATORS, GETSTAR = "calibrators", "getstar"
"""IDs of the RESOURCEs that a table of links refers to."""
RADIUS = 5.0
"""Degrees around an observation in which calibrators are looked for, if the user says nothing."""


def about_links(base: str) -> tuple[Descriptor, ...]:
    """What a table of links itself describes: the services of its rows, and how to ask for links."""
    return (_calibrators(base), _getstar(base), _this(base))


@lru_cache(maxsize=128)
def about_rows(base: str, table: Table | None, cells: tuple[Cell, ...]) -> tuple[Descriptor, ...]:
    """The links of a table's rows, where the column that identifies them is among its own cells, as text.

    A number would do as well, but pyvo then waits for links of numbers while their table names them as text. Rows of no
    table in particular, as of a query, are known by the `obs_publisher_did` of ObsCore.
    """
    wanted = IDENTIFYING.get(table or OBSCORE)
    for cell, name in field_ids(cells).items():
        if wanted and not cell.path and _is(cell.column, wanted) and cell.column.type.arraysize:
            path = f"{table.qualified}/links" if table and table is not OBSCORE else "links"
            about = f"Links of these rows, by their {wanted.name}"
            return (_links(f"{base}/datalink/{path}", Input("ID", ref=name, ucd="meta.id;meta.main"), about),)
    return ()


def _is(column: Column, wanted: Column) -> bool:
    """Whether it is that column, under whatever name; of those without a utype, by name."""
    return column.utype == wanted.utype if wanted.utype else column.name == wanted.name


def _links(url: str, asked: Input, about: str, **told: str) -> Descriptor:
    return Descriptor("datalink", url, (asked,), STANDARD, MEDIA_TYPE, about, **told)


def _this(base: str) -> Descriptor:
    url = f"{base}/datalink/links"
    example = f"{url}?ID=ivo%3A%2F%2Fjmmc.fr%2Fjsdc%3FHD%2048329"
    text = "Identifier, as obs_publisher_did of ivoa.obscore; may be repeated"
    asked = Input("ID", ucd="meta.id;meta.main", description=text)
    return _links(url, asked, "Links of records, by their identifiers", example=example, utype="adhoc:this")


def _calibrators(base: str) -> Descriptor:
    text = "Stars of JSDC that may calibrate what was observed: around its place, with CalFlag 0"
    inputs = (
        Input("RA", DOUBLE, ref=datalink.RA.name, unit="deg", ucd="pos.eq.ra"),
        Input("DEC", DOUBLE, ref=datalink.DEC.name, unit="deg", ucd="pos.eq.dec"),
        Input("SR", DOUBLE, f"{RADIUS:g}", unit="deg", ucd="phys.angSize", description="Radius, from 0 to 180"),
        Input("CALFLAG", ASCII, "0", description="0 keeps the stars that nothing speaks against"),
    )
    return Descriptor(CALIBRATORS, f"{base}/scs/jsdc.star", inputs, CONE_SEARCH, "application/x-votable+xml", text)


def _getstar(base: str) -> Descriptor:
    inputs = (
        Input("star", ref=datalink.STAR.name, ucd="meta.id;src"),
        Input("format", value="vot", options=("vot", "votable1.4", "tsv"), description="vot is what GetStar writes"),
    )
    return Descriptor(GETSTAR, f"{base}/getstar", inputs, description="The star as JMMC's GetStar gives it")
