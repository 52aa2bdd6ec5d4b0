"""What an address of `/sky` shows: a view of the sky and the layers on it, as `web/src/sky/view.ts` reads it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from adapters.page.computed_table import ComputedTable
from adapters.page.places import Place
from adapters.votable.parameters import parse_real
from planning.errors import BadInput
from schema.catalog import Catalog, suggestion
from schema.column import Column
from schema.types import ASCII, LONG, TEXT

ROWS = {
    "jsdc.star": "SkyStars",
    "obsportal.target": "SkyTargets",
    "oidb.granule": "SkyGranules",
    "spica.target": "SkySurvey",
    "spica.calprim": "SkyPrimaries",
    "jsdc.badcal": "SkyBadCalibrators",
}
"""Tables whose rows can be shown, with the documents that ask for them (`web/src/sky/layers.ts`)."""
CENTRE, WIDTH, SHOWN = (83.8, -5.4), 60.0, ("jsdc.star", "obsportal.target")
"""Where the address says nothing: ICRS degrees, degrees, and tables whose rows are shown."""
WIDEST = 360.0
NONE = "none"
COLUMNS = (
    Column("table", ASCII, "Table of the layer", ucd="meta.id;meta.table"),
    Column("title", TEXT, "What the table has", ucd="meta.title"),
    Column("kind", ASCII, "rows, all (rows as tiles), or coverage", ucd="meta.code"),
    Column("rows", LONG, "Rows of it in view; none for a coverage and for tiles", ucd="meta.number"),
    Column(
        "url", ASCII, "Its rows in view as VOTable, all of them as HiPS, or its coverage as MOC", ucd="meta.ref.url"
    ),
)


@dataclass(frozen=True, slots=True)
class SkyView:
    """Centre, width and layers."""

    centre: Place
    width: float
    """Degrees."""
    rows: tuple[str, ...]
    coverages: tuple[str, ...]
    progressive: tuple[str, ...]
    """Tables all rows of which are shown, more the closer one looks."""

    @property
    def region(self) -> Mapping[str, Any]:
        """The circle that is as wide as the view: how high this is says the screen."""
        ra, dec = self.centre
        return {"circle": {"ra": ra, "dec": dec, "radius": min(180.0, self.width / 2)}}


def read_view(given: Mapping[str, str], catalog: Catalog) -> SkyView:
    """Read the parameters of an address; raises `BadInput`."""
    return SkyView(
        _centre(given.get("centre", "")),
        _width(given.get("fov", "")),
        _tables("rows", given.get("rows"), SHOWN, list(ROWS)),
        _tables("coverage", given.get("coverage"), (), list(catalog.positioned)),
        _tables("all", given.get("all"), (), list(catalog.positioned)),
    )


def layer_table(
    view: SkyView, counts: Mapping[str, int | None], titles: Mapping[str, str], base: str, warnings: Sequence[str]
) -> ComputedTable:
    """The layers of a view, rows first; `counts` has how many rows of a table are in it, None for an unknown number."""
    ra, dec = view.centre
    around = urlencode({"place": f"{ra} {dec}", "radius": view.region["circle"]["radius"], "format": "votable"})
    rows = [
        *((name, titles[name], "rows", counts.get(name), f"{base}/browse/{name}?{around}") for name in view.rows),
        *((name, titles[name], "all", None, f"{base}/hips/{name}") for name in view.progressive),
        *((name, titles[name], "coverage", None, f"{base}/moc/{name}") for name in view.coverages),
    ]
    return ComputedTable(COLUMNS, rows, warnings)


def _centre(text: str) -> Place:
    if not text:
        return CENTRE
    numbers = [parse_real(part) for part in text.split(",")]
    if len(numbers) != 2 or not all(map(isfinite, numbers)) or not 0 <= numbers[0] <= 360 or abs(numbers[1]) > 90:
        message = f"centre is {text[:40]!r}: right ascension and declination are wanted, ICRS degrees, as 83.8,-5.4"
        raise BadInput(message)
    return numbers[0], numbers[1]


def _width(text: str) -> float:
    width = parse_real(text) if text else WIDTH
    if not 0 < width <= WIDEST:
        message = f"fov is {text[:20]!r}: a width in degrees is wanted, more than 0 and up to {WIDEST:g}"
        raise BadInput(message)
    return width


def _tables(parameter: str, text: str | None, otherwise: tuple[str, ...], offered: list[str]) -> tuple[str, ...]:
    if text is None:
        return otherwise
    names = tuple(dict.fromkeys(name for name in text.split(",") if name and name != NONE))
    for name in names:
        if name not in offered:
            message = f"{parameter} has {name[:60]!r}, which is not offered there{suggestion(name, offered)}"
            raise BadInput(message)
    return names
