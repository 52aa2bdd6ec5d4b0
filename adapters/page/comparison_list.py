"""A list that `/compare` is asked to compare: names and places a line, CSV with a header, or a VOTable with TABLEDATA.

`web/src/compare/list.ts` reads the same lists; `tests/web/compare_cases.json` has what both make of them.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from adapters.page.places import Place, of_numbers, place_of
from adapters.votable.listed_rows import tabledata
from adapters.votable.parameters import parse_real
from planning.errors import BadInput, TooMuch

LONGEST = 2000
"""Characters of a list that is asked for in an address."""
RA = re.compile(r"_?ra(_?icrs|_?j2000|j2000|deg|_deg)?|s_ra|raj2000|alpha", re.IGNORECASE)
DEC = re.compile(r"_?dec?(_?icrs|_?j2000|j2000|deg|_deg)?|s_dec|dej2000|delta", re.IGNORECASE)
NAME = re.compile(r"name|main_?id|target(_?name)?|object|star|source|designation", re.IGNORECASE)
NUMBER = re.compile("id", re.IGNORECASE)
"""What is a name only where nothing else is: most are numbers of rows."""
MARKUP = re.compile(r"\s*<(\?xml|VOTABLE)", re.IGNORECASE)
NOWHERE = "This is no place: from 0 to 360° of right ascension and from -90 to 90° of declination are wanted"
DELIMITERS = "\t;,"
Columns = Sequence[tuple[str, str]]
"""Name and UCD of each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list."""

    label: str
    """As the list has it; the number of its row where it has no name."""
    place: Place | None
    """None for what is to be found by its name."""
    problem: str = ""
    """Why what is meant for a place is none."""


def entries(text: str) -> list[Entry]:
    """The entries of a list, in order; raises `BadInput` for one that cannot be read, `TooMuch` for one too long."""
    if len(text) > LONGEST:
        message = (
            f"The list has {len(text)} characters: an address has up to {LONGEST}; send longer ones to /xmatch/list"
        )
        raise TooMuch(message)
    found = _marked_up(text) if MARKUP.match(text) else _plain(text)
    if not found:
        message = "list is missing: names or places, one a line, or CSV with the columns name, or ra and dec"
        raise BadInput(message)
    return found


def _marked_up(text: str) -> list[Entry]:
    columns, rows = tabledata(text)
    return _table(columns, list(rows))


def _plain(text: str) -> list[Entry]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = [_cells(line) for line in lines]
    columns = [(name.strip(), "") for name in rows[0]] if rows else []
    if len(columns) > 1 and any(one.fullmatch(name) for one in (RA, NAME, NUMBER) for name, _ in columns):
        return _table(columns, rows[1:])
    return [Entry(line.strip(), *_placed(line)) for line in lines]


def _placed(text: str) -> tuple[Place | None, str]:
    """The place of a text; or why it is none, though it is of numbers alone."""
    place = place_of(text)
    return place, NOWHERE if place is None and of_numbers(text) else ""


def _cells(line: str) -> list[str]:
    delimiter = next((each for each in DELIMITERS if each in line), ",")
    return next(csv.reader([line], delimiter=delimiter))


def _table(columns: Columns, rows: Sequence[Sequence[str]]) -> list[Entry]:
    ra, dec, name = (_at(columns, *each) for each in (("pos.eq.ra", RA), ("pos.eq.dec", DEC), ("meta.id", NAME)))
    if name is None and (ra is None or dec is None):
        message = "No column is a name, nor two of them a place: call them name, or ra and dec"
        raise BadInput(message)
    return [
        Entry(
            _cell(row, name).strip() or str(number),
            *((None, "") if ra is None or dec is None else _place(_cell(row, ra), _cell(row, dec))),
        )
        for number, row in enumerate(rows, 1)
    ]


def _at(columns: Columns, ucd: str, called: re.Pattern[str]) -> int | None:
    """The column that is the main one of a UCD, else the first that is of it or is called so."""
    alike = [at for at, (name, meant) in enumerate(columns) if meant.lower().startswith(ucd) or called.fullmatch(name)]
    numbers = [at for at, (name, _) in enumerate(columns) if NUMBER.fullmatch(name)]
    main = [
        at for at in alike if columns[at][1].lower().startswith(ucd) and columns[at][1].lower().endswith("meta.main")
    ]
    named = [at for at in alike if at not in numbers]
    return next(iter(main or named or (alike + numbers if called is NAME else alike)), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _place(ra: str, dec: str) -> tuple[Place | None, str]:
    east, north = parse_real(ra.strip()), parse_real(dec.strip())
    if not (isfinite(east) and isfinite(north)):
        return _placed(f"{ra} {dec}")
    return ((east, north), "") if 0 <= east <= 360 and abs(north) <= 90 else (None, NOWHERE)
