"""Paths of a HATS catalogue: the files that it would be, were it a directory (HATS 1.0 sections 3.1 and 3.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adapters.hats.filters import EVERY, Filters, parse_filters
from adapters.positioned import positioned_table
from planning.errors import BadInput, NotFound
from planning.rights import HIDDEN
from schema.catalog import Catalog, suggestion
from schema.column import Column
from schema.hats import hats_columns, name_column
from schema.table import Table
from sky.partitions import MARGIN

GROUP = 10_000
"""Partitions of one directory."""


class Part(StrEnum):
    """A catalogue of the collection, by what its directory is called."""

    CATALOG = "catalog"
    MARGIN = f"margin_{MARGIN:.0f}arcs"
    INDEX = "index"


class File(StrEnum):
    """What a file of a catalogue is, by its path; partitions have that of their cell."""

    PROPERTIES = "hats.properties"
    PARTITIONS = "partition_info.csv"
    MAP = "skymap.fits"
    SCHEMA = "dataset/_common_metadata"
    METADATA = "dataset/_metadata"
    ROWS = "dataset/Norder"
    NAMES = "dataset/index/part.0.parquet"


FILES: Mapping[Part, frozenset[File]] = {
    Part.CATALOG: frozenset({File.PROPERTIES, File.PARTITIONS, File.MAP, File.SCHEMA, File.ROWS}),
    Part.MARGIN: frozenset({File.PROPERTIES, File.PARTITIONS, File.SCHEMA, File.ROWS}),
    Part.INDEX: frozenset({File.PROPERTIES, File.SCHEMA, File.METADATA, File.NAMES}),
}
"""The files of each; beside them an export has `dataset/_metadata`, which would have to be made of all partitions."""
ALIASES = {"properties": File.PROPERTIES, "point_map.fits": File.MAP}
"""Names that readers of old know files by."""
COLLECTION = "collection.properties"
_PATH = re.compile(r"(?P<part>[a-z_0-9]+)-(?P<tag>[0-9a-f]+)/(?P<file>.+)", re.ASCII)
_ROWS = re.compile(r"dataset/Norder=(\d{1,2})/Dir=(\d{1,18})/Npix=(\d{1,18})\.parquet", re.ASCII)


@dataclass(frozen=True, slots=True)
class HatsRequest:
    """A file of the collection of one table."""

    table: Table
    part: Part | None = None
    """None for the collection itself."""
    tag: str = ""
    """The data version that the file is to be of (`hub.hats.Tiling.tag`)."""
    file: File = File.PROPERTIES
    order: int = 0
    cell: int = 0
    """Of a partition."""
    columns: tuple[Column, ...] = ()
    """Its columns, those of the catalogue in their order."""
    filters: Filters = EVERY
    """Conditions on its rows."""


def parse_hats_path(catalog: Catalog, name: str, path: str, given: Mapping[str, str]) -> HatsRequest:
    """Read what is asked of the collection of a table.

    Parameters
    ----------
    catalog
        The tables there are now.
    name
        Qualified name of a table.
    path
        After it, as `catalog-5f3a/dataset/Norder=2/Dir=0/Npix=12.parquet`.
    given
        Parameters of a partition: `columns`, names with commas between, and `filters` (`parse_filters`).

    Raises
    ------
    NotFound
        No such table has positions, or a collection has no such file.
    BadInput
        A parameter cannot be read.
    """
    table, found = positioned_table(catalog, name, "HATS catalogue"), _PATH.fullmatch(path)
    if path == COLLECTION:
        return HatsRequest(table)
    part = next((part for part in Part if found and part == found["part"]), None)
    if found is None or part is None or (part is Part.INDEX and name_column(table, HIDDEN) is None):
        raise _missing(path)
    rows = _ROWS.fullmatch(found["file"])
    file = (
        File.ROWS if rows else ALIASES.get(found["file"]) or next((one for one in File if one == found["file"]), None)
    )
    if file not in FILES[part] or (rows is None) is (file is File.ROWS):
        raise _missing(path)
    if rows is None:
        return HatsRequest(table, part, found["tag"], file)
    order, group, cell = map(int, rows.groups())
    if group != cell // GROUP * GROUP:
        raise _missing(path)
    columns = _columns(table, given.get("columns", ""))
    filters = parse_filters(hats_columns(table, HIDDEN), given.get("filters", ""))
    return HatsRequest(table, part, found["tag"], file, order, cell, columns, filters)


def _columns(table: Table, listed: str) -> tuple[Column, ...]:
    """The columns of these names, with commas between; all of them where none is named."""
    every = {column.name: column for column in hats_columns(table, HIDDEN)}
    wanted = {name.strip() for name in listed.split(",")} - {""}
    for name in sorted(wanted - every.keys()):
        message = f"columns has {name[:60]!r}: {table.qualified} has no such column{suggestion(name, list(every))}"
        raise BadInput(message)
    return tuple(column for name, column in every.items() if name in wanted or not wanted)


def _missing(path: str) -> NotFound:
    return NotFound(
        f"A HATS collection has no file {path[:60]!r}: it has {COLLECTION}, which names the directories of its "
        "catalogues; these have hats.properties, partition_info.csv and dataset/Norder=K/Dir=D/Npix=N.parquet "
        "(D = N // 10000 * 10000)"
    )
