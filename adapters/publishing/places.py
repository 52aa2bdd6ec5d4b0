"""Find the columns of an uploaded table that hold its positions, and how to read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.publishing.naming import Names
from publishing.draft import MAIN
from schema.column import Column
from schema.types import DOUBLE, FLOAT

AXES = {
    "pos.eq.ra;meta.main": (0, "ra"), "POS_EQ_RA_MAIN": (0, "ra"), "pos.eq.ra": (1, "ra"), "POS_EQ_RA": (1, "ra"),
    "pos.eq.dec;meta.main": (0, "dec"), "POS_EQ_DEC_MAIN": (0, "dec"), "pos.eq.dec": (1, "dec"),
    "POS_EQ_DEC": (1, "dec"),
}  # fmt: skip
"""Rank (0 for the main position) and axis of each UCD, UCD1+ and UCD1."""
SAME_FRAME = ("", "icrs", "eq_fk5", "fk5")
"""Frames whose positions are taken as ICRS; FK5 at J2000 is within 0.05″ of it. "" is no COOSYS."""
DEGREES = ("", "deg", "degree", "degrees")
NUMBER = r"'^\s*[+-]?\s*(\d+)[\s:hd]+(\d+)[\s:m]+(\d+\.?\d*)'"
"""Regular expression of hours or degrees, minutes, seconds."""


@dataclass(frozen=True, slots=True)
class PositionColumns:
    """The two columns of a position, as uploaded."""

    ra: Column
    dec: Column

    @property
    def plain(self) -> bool:
        """Whether they are numbers, in degrees."""
        return all(column.type in (DOUBLE, FLOAT) and column.unit in DEGREES for column in (self.ra, self.dec))

    @property
    def sexagesimal(self) -> bool:
        """Whether they are text, as `06 45 08.9` and `-16:42:58`."""
        return self.ra.type.sql == self.dec.type.sql == "text"

    def degree_columns(self, names: Names) -> dict[Column, str]:
        """Return two new columns in degrees, each with the SQL that computes it from the text."""
        sign = f"CASE WHEN \"{self.dec.sql}\" ~ '^\\s*-' THEN -1 ELSE 1 END"
        return {
            _degrees("ra", "Right ascension", names): f"15 * {_sexagesimal(self.ra)}",
            _degrees("dec", "Declination", names): f"{sign} * {_sexagesimal(self.dec)}",
        }


def position_columns(columns: Sequence[Column], frames: Mapping[Column, str]) -> PositionColumns | None:
    """Find the two columns of the position: numbers before text, the main position before others.

    Parameters
    ----------
    frames
        System of each column's COOSYS, in lower case; "" for none.

    Returns
    -------
    PositionColumns or None
        None if no two columns can be read as ICRS.
    """
    readable = [candidate for candidate in _places(columns, frames) if candidate.plain or candidate.sexagesimal]
    return min(readable, key=lambda candidate: not candidate.plain, default=None)


def _places(columns: Sequence[Column], frames: Mapping[Column, str]) -> Iterator[PositionColumns]:
    by_axis: dict[tuple[int, str, bool], Column] = {}
    for column in columns:
        if column.ucd in AXES and frames.get(column, "") in SAME_FRAME:
            by_axis.setdefault((*AXES[column.ucd], column.type.sql == "text"), column)
    for rank, is_text in ((0, False), (0, True), (1, False), (1, True)):
        ra, dec = by_axis.get((rank, "ra", is_text)), by_axis.get((rank, "dec", is_text))
        if ra and dec:
            yield PositionColumns(ra, dec)


def with_position_ucd(column: Column, chosen: PositionColumns | None) -> Column:
    """Return a column with the UCD1+ of its axis; only the columns of the chosen position are `meta.main`."""
    if column.ucd not in AXES:
        return column
    main = MAIN if chosen and chosen.plain and column in (chosen.ra, chosen.dec) else ""
    return replace(column, ucd=f"pos.eq.{AXES[column.ucd][1]}{main}")


def _degrees(axis: str, what: str, names: Names) -> Column:
    name, field = names.column(f"{axis}_deg")
    ucd = f"pos.eq.{axis}{MAIN}"
    return Column(name, DOUBLE, f"{what}, ICRS, made of the one in words", "deg", ucd, field=field, principal=True)


def _sexagesimal(column: Column) -> str:
    whole, minutes, seconds = (
        f'(regexp_match("{column.sql}", {NUMBER}))[{group}]::float8' for group in (1, 2, 3)
    )  # fmt: skip
    return f"({whole} + {minutes} / 60 + {seconds} / 3600)"
