"""OiDB's search filters (its `modules/filters.xqm`): names, kinds of values, and the columns of a granule they test."""

from dataclasses import dataclass
from enum import Enum, auto

from schema.column import Column, field_name
from schema.oidb import GRANULE


class FilterKind(Enum):
    """What values a filter takes, which decides how they are parsed."""

    TEXT = auto()
    """Patterns: `%` is any text, a leading `~` matches anywhere in the text, a `!` before all that negates."""
    PREFIX = auto()
    """Beginnings of a text; a leading `!` negates."""
    CATEGORIES = auto()
    """Categories, by their first three letters; NULL counts as SCIENCE."""
    LEVELS = auto()
    """Calibration levels."""
    NUMBERS = auto()
    """Keys of granules."""
    CONE = auto()
    """`place,J2000,radius,unit`: a name, degrees or sexagesimal coordinates; deg, arcmin or arcsec."""
    DATES = auto()
    """`from..to`, days; either may be missing."""
    BANDS = auto()
    """Photometric bands: from the shortest wavelength of all to the longest."""
    RELEASED = auto()
    """Whether the data are public."""


@dataclass(frozen=True, eq=False, slots=True)
class Filter:
    """A filter."""

    name: str
    """In OiDB's query strings."""
    kind: FilterKind
    description: str
    columns: tuple[Column, ...] = ()

    @property
    def graphql(self) -> str:
        """Name in GraphQL; that of its column for the key, since `id` means something else there."""
        return self.columns[0].graphql if self.kind is FilterKind.NUMBERS else field_name(self.name)


def _on(name: str, kind: FilterKind, description: str, *columns: str) -> Filter:
    known = {column.sql: column for column in GRANULE.columns}
    return Filter(name, kind, description, tuple(known[column] for column in columns))


FILTERS = (
    _on("target", FilterKind.TEXT, "Name of the target", "target_name"),
    _on("datapi", FilterKind.TEXT, "Who is responsible for the data", "datapi"),
    _on("collection", FilterKind.TEXT, "Collection", "obs_collection"),
    _on("facility", FilterKind.TEXT, "Interferometer", "facility_name"),
    _on("progid", FilterKind.TEXT, "Programme", "progid"),
    _on("proposal_subid", FilterKind.TEXT, "Part of the programme: the SPICA-DB identifier", "proposal_subid"),
    _on("obs_id", FilterKind.TEXT, "Observation", "obs_id"),
    _on("instrument", FilterKind.PREFIX, "Instrument, or the beginning of its name", "instrument_name"),
    _on("caliblevel", FilterKind.LEVELS, "Calibration levels, 0 to 3", "calib_level"),
    _on("category", FilterKind.CATEGORIES, "SCIENCE, CALIB…", "dataproduct_category"),
    _on("conesearch", FilterKind.CONE, "A place and a radius around it, as `HD 48329,J2000,2,arcmin`"),
    _on("observationdate", FilterKind.DATES, "Days, as `2022-01-01..2022-02-28`", "t_min", "t_max"),
    _on("wavelengthband", FilterKind.BANDS, "Bands, U to Q", "em_min", "em_max"),
    _on("public", FilterKind.RELEASED, "Whether the data are public now", "data_rights", "obs_release_date"),
    _on("id", FilterKind.NUMBERS, "Granules", "id"),
)
SEARCHES = {GRANULE: FILTERS}
"""The tables that can be searched so, each by its filters."""
BANDS = {
    "U": (0.334, 0.066), "B": (0.461875, 0.08175), "V": (0.556, 0.1105), "R": (0.6625, 0.10651),
    "I": (0.869625, 0.31176), "J": (1.2365, 0.426), "H": (1.679625, 0.46425), "K": (2.365625, 0.912), "L": (3.5, 1.4),
    "M": (6.0, 3.6), "N": (10.5, 5.2), "Q": (16.575, 4.05),
}  # fmt: skip
"""Centre and width in micrometres, from JMMC's jmal (`Band.java`), which OiDB uses."""
