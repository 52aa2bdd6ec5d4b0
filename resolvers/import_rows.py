"""Rows of a table of targets, as SPICA-DB's columns have them: names, places and placeholders of the survey's exports.

The prototype export of 2021 (aspro, `partial_wp5.vot`) begins its names with TARGET_, has texts such as `TBD by PI`
where nothing is known yet, `None`, NaN, and 99.9 for a magnitude or a diameter that there is not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planning.refused_changes import ChangeError
from schema.change_fault import ChangeFault
from schema.column import Column, Writers
from schema.numerals import real_number
from schema.place_names import named_place
from schema.spica import PINAME, PROGNAME, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.types import DOUBLE, FLOAT

UNKNOWN = re.compile(r"\s*(?:TBD\b.*|by [A-Z].*|none|nan|null|n/?a|-+)?\s*", re.IGNORECASE)
"""Texts of cells that say nothing."""
SENTINEL = 99.9
"""Number of a magnitude or diameter that there is not."""
DIGITS = 18
"""Of the longest number of a target."""
PREFIX = "target_"
OTHERWISE = {
    "name": "target_main_id", "main_id": "target_main_id", "id": "spicadb_id", "eld_jsdc2": "e_ld_jsdc2",
    "flag_type": "spica_mode", "flag_priority_pi": "priority_pi", "qualityrequired": "quality_required",
    "nobs": "nobs_required",
}  # fmt: skip
"""Names in exports, in small letters and without their prefix, of columns that are called otherwise."""


def _written(columns: Sequence[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns if column.key or column.writers is Writers.OWNERS}


TARGETS, ENTRIES = _written(TARGET.stored), _written(TARGET_PROGRAM.stored)
NAME = TARGETS["target_main_id"]
PLACE = (TARGETS["ra"], TARGETS["dec"])


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of a table of targets."""

    line: int
    """Its number, from 1."""
    target: Mapping[Column, Any]
    """What it says of the target; nothing of what it does not know."""
    entry: Mapping[Column, Any]
    """What it says of the target in a programme."""
    errors: tuple[ChangeError, ...] = ()

    @property
    def name(self) -> str:
        """The target's name; "" where the row has none."""
        return str(self.target.get(NAME) or "")

    @property
    def place(self) -> tuple[float, float] | None:
        """Right ascension and declination, ICRS degrees; None where the row has no place."""
        ra, dec = (self.target.get(column) for column in PLACE)
        return None if ra is None or dec is None else (float(ra), float(dec))


def import_row(line: int, cells: Mapping[str, str], programme: str | None, investigator: str | None) -> ImportRow:
    """Read a row.

    Parameters
    ----------
    line
        Its number, from 1.
    cells
        Texts by name of column, in any case; columns that SPICA-DB has not are passed over.
    programme, investigator
        The programme and its principal investigator, whatever the row says; None to have those of the row.
    """
    given = {_column_name(name): text for name, text in cells.items() if not UNKNOWN.fullmatch(text)}
    errors, place = [], None
    if "ra" in given and "dec" in given:
        ra, dec = given.pop("ra"), given.pop("dec")
        place = named_place(f"{ra} {dec}") or _degrees(ra, dec)
        if place is None:
            about = f"The place {ra} {dec} cannot be read: degrees are wanted, or 08 59 12.5 +48 02 34.0"
            errors.append(ChangeError(ChangeFault.BAD_INPUT, about, ("document", line, "ra")))
    number = given.get(SPICADB_ID.name, "0").strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= DIGITS):
        about = f"{SPICADB_ID.name} is {number[:40]}: the number of a target is wanted"
        errors.append(ChangeError(ChangeFault.BAD_INPUT, about, ("document", line, SPICADB_ID.graphql)))
    known = ((TARGETS.get(name), " ".join(text.split())) for name, text in given.items())
    target: dict[Column, Any] = {column: text for column, text in known if column and _says(column, text)}
    target |= dict(zip(PLACE, place, strict=True)) if place else {}
    entry = {
        column: text.strip()
        for name, text in given.items()
        if (column := ENTRIES.get(name)) and column is not SPICADB_ID
    }
    entry |= {column: text for column, text in ((PROGNAME, programme), (PINAME, investigator)) if text}
    return ImportRow(line, target, entry, tuple(errors))


def _column_name(name: str) -> str:
    plain = name.strip().lower()
    if plain in TARGETS or plain in ENTRIES:
        return plain
    plain = plain.removeprefix(PREFIX)
    return OTHERWISE.get(plain, plain)


def _says(column: Column, text: str) -> bool:
    try:
        return column.type not in (FLOAT, DOUBLE) or real_number(text) != SENTINEL
    except ValueError:
        return True


def _degrees(ra: str, dec: str) -> tuple[float, float] | None:
    try:
        place = real_number(ra.strip()), real_number(dec.strip())
    except ValueError:
        return None
    return place if 0 <= place[0] <= 360 and abs(place[1]) <= 90 else None
