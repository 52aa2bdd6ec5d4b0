"""Paths of a HiPS: the files that it would be, were it a directory (HiPS 1.0 section 4.1)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from adapters.positioned import positioned_table
from planning.errors import NotFound
from schema.catalog import Catalog
from schema.table import Table
from sky.hierarchy import PREVIEWED

DENSITY = "density"
"""Folder of the map of a table, in that of its catalogue."""
DEEPEST = 3
"""Order of the last tiles of a map, whose pixels are 52″ wide; clients expect it of every image."""
THUMBNAILS = 3
"""Order whose tiles the preview of a map has (HiPS 1.0 section 4.3.2)."""
GROUP = 10_000
"""Tiles of one directory."""
_PATH = re.compile(
    r"(?P<density>density/)?(?:(?P<file>properties|[Mm]etadata\.xml|Moc\.fits)"
    r"|Norder(?P<order>\d{1,2})/(?:Allsky|Dir(?P<group>\d{1,18})/Npix(?P<cell>\d{1,18}))\.(?P<format>tsv|fits|png))",
    re.ASCII,
)
MEDIA_TYPES = {"tsv": "text/tab-separated-values; charset=utf-8", "fits": "application/fits", "png": "image/png"}
"""By the ending of a tile's name."""


class Kind(StrEnum):
    """What a path is of."""

    PROPERTIES = "properties"
    METADATA = "metadata.xml"
    MOC = "Moc.fits"
    TILE = "Npix"
    ALLSKY = "Allsky"


@dataclass(frozen=True, slots=True)
class HipsRequest:
    """A file of the HiPS of one table."""

    table: Table
    density: bool
    """Whether it is of its map."""
    kind: Kind
    order: int = 0
    cell: int = 0
    """Of a tile."""
    form: str = ""
    """Of tiles: a key of MEDIA_TYPES."""


def parse_hips_path(catalog: Catalog, name: str, path: str) -> HipsRequest:
    """Read what is asked of the HiPS of a table.

    Parameters
    ----------
    catalog
        The tables there are now.
    name
        Qualified name of a table.
    path
        After it, as `Norder3/Dir0/Npix12.tsv`.

    Raises
    ------
    NotFound
        No such table has positions, or a HiPS has no such file.
    """
    table, found = positioned_table(catalog, name, "HiPS"), _PATH.fullmatch(path)
    density = path.startswith(f"{DENSITY}/")
    if found is None:
        raise _missing(path, density=density)
    if found["file"]:
        kind = Kind(found["file"].replace("Meta", "meta"))
        if density and kind is Kind.METADATA:
            raise _missing(path, density=density)
        return HipsRequest(table, density, kind)
    order, form = int(found["order"]), found["format"]
    if density is (form == "tsv"):
        raise _missing(path, density=density)
    if found["cell"] is None:
        if order not in ((THUMBNAILS,) if density else PREVIEWED):
            raise _missing(path, density=density)
        return HipsRequest(table, density, Kind.ALLSKY, order, form=form)
    cell = int(found["cell"])
    if int(found["group"]) != cell // GROUP * GROUP or cell >= 12 << 2 * order or (density and order > DEEPEST):
        raise _missing(path, density=density)
    return HipsRequest(table, density, Kind.TILE, order, cell, form)


def _missing(path: str, *, density: bool) -> NotFound:
    tiles = "NorderK/DirD/NpixN.fits or .png, Norder3/Allsky" if density else "NorderK/DirD/NpixN.tsv, metadata.xml"
    return NotFound(f"A HiPS has no file {path[:60]!r}: it has properties, Moc.fits, {tiles} (D = N // 10000 * 10000)")
