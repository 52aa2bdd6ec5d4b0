"""One OI_TARGET of those of several files: a star of the same name at the same place is one, with one TARGET_ID."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, isfinite, radians

import numpy as np

from oifits.blocks import cells, integers, numbers, read_rows, texts
from oifits.cards import Header
from oifits.errors import Malformed
from oifits.hdus import DTYPES, Column, Hdu
from oifits.output import Output
from oifits.parts import FilePart, Kept
from oifits.selection import plain

SCIENCE = b"SCI"
"""CATEGORY of targets of a file that has none: SCI or CAL is wanted (OIFITS 2, section 5.2), and readers take SCI."""
NEAR = 10 / 3600
"""Degrees within which targets of one name are one star."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table: from which of the tables, where in it, its new number and name."""

    table: int
    place: int
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class _Stars:
    """Targets so far: by plain name their places and numbers, and all names and numbers that are taken."""

    by_name: dict[str, list[tuple[float, float, int]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)

    def known(self, name: str, ra: float, dec: float) -> int | None:
        """The number of the target that this is; None if it is new."""
        for there, height, number in self.by_name.get(plain(name), ()):
            across = ((ra - there + 180) % 360 - 180) * cos(radians(dec))
            if not isfinite(across) or hypot(across, dec - height) < NEAR:
                return number
        return None

    def added(self, name: str, ra: float, dec: float, number: int, width: int) -> tuple[str, int]:
        """Add a target; its name and number as they are, where these are free."""
        free = number if number > 0 and number not in self.taken else max(self.taken, default=0) + 1
        unique, copy = name, 1
        while unique in self.names:
            copy += 1
            unique = f"{name[: width - 1 - len(str(copy))]}_{copy}"
        self.by_name.setdefault(plain(name), []).append((ra, dec, free))
        self.names.add(unique)
        self.taken.add(free)
        return unique, free


def merged_targets(parts: Sequence[FilePart]) -> tuple[Output, list[dict[int, int]]]:
    """The table, and for each file the new TARGET_ID of each old one.

    Raises
    ------
    Malformed
        A file has no OI_TARGET.
    """
    tables: list[tuple[FilePart, Kept]] = []
    renumbered: list[dict[int, int]] = []
    rows: list[_Row] = []
    stars = _Stars()
    for part in parts:
        own: dict[int, int] = {}
        for kept in (kept for kept in part.kept if kept.hdu.name == "OI_TARGET" and kept.hdu.rows):
            rows += _new_rows(part, kept, len(tables), stars, own)
            tables.append((part, kept))
        renumbered.append(own)
    if not tables:
        message = "There is no OI_TARGET"
        raise Malformed(message)
    return _table(tables, rows), renumbered


def _new_rows(part: FilePart, kept: Kept, table: int, stars: _Stars, own: dict[int, int]) -> Iterator[_Row]:
    hdu = kept.hdu
    block = read_rows(part.source, hdu, 0, hdu.rows)
    places = range(hdu.rows) if kept.rows is None else np.flatnonzero(kept.rows).tolist()
    ids, names = integers(block, hdu, "TARGET_ID")[:, 0].tolist(), texts(block, hdu, "TARGET")
    ra, dec = (numbers(block, hdu, name)[:, 0].tolist() for name in ("RAEP0", "DECEP0"))
    column = hdu.column("TARGET")
    for place in places:
        number = stars.known(names[place], ra[place], dec[place])
        if number is None:
            width = column.width if column else 16
            name, number = stars.added(names[place], ra[place], dec[place], ids[place], width)
            yield _Row(table, place, number, name)
        own.setdefault(ids[place], number)


def _table(tables: Sequence[tuple[FilePart, Kept]], rows: Sequence[_Row]) -> Output:
    """The rows under the columns of all tables; a text has the width of the widest, what a table has not is empty."""
    header, dtype = _columns([kept.hdu for _, kept in tables])
    data = np.zeros(len(rows), dtype)
    for name in dtype.names or ():
        if dtype[name].base.kind == "f":
            data[name] = np.nan
    if "CATEGORY" in (dtype.names or ()):
        data["CATEGORY"] = SCIENCE
    for number, (part, kept) in enumerate(tables):
        into = [place for place, row in enumerate(rows) if row.table == number]
        block = read_rows(part.source, kept.hdu, 0, kept.hdu.rows)[[rows[place].place for place in into]]
        for column in kept.hdu.columns:
            values = cells(block, column)
            data[column.name][into] = values.reshape(data[column.name][into].shape)
    data["TARGET_ID"] = np.reshape([row.number for row in rows], data["TARGET_ID"].shape)
    data["TARGET"] = [row.name.encode("latin-1", "replace") for row in rows]
    content = data.tobytes()
    header = header.replaced("NAXIS1", dtype.itemsize).replaced("NAXIS2", len(rows))
    return Output(header, len(content), lambda: iter([content]))


def _columns(hdus: Sequence[Hdu]) -> tuple[Header, np.dtype[np.void]]:
    """The first table's header with all columns, and their types."""
    header = hdus[0].header
    found: dict[str, Column] = {}
    for hdu in hdus:
        _require_mergeable(hdu)
        for column in hdu.columns:
            before = found.get(column.name)
            if before is None:
                found[column.name] = column
                header = header if hdu is hdus[0] else _with_column(header, hdu, column, len(found))
            elif (column.letter, column.repeat) != (before.letter, before.repeat):
                found[column.name] = _wider(before, column)
                number = list(found).index(column.name) + 1
                header = header.replaced(f"TFORM{number}", _form(found[column.name]))
    fields = [
        (name, _dtype(column), () if column.letter == "A" else (column.repeat,)) for name, column in found.items()
    ]
    return header.replaced("TFIELDS", len(found)), np.dtype(fields)


def _require_mergeable(hdu: Hdu) -> None:
    """Raise `Malformed` for a table that is none of targets: without a name or number, or with columns of odd kinds."""
    names = [column.name for column in hdu.columns]
    if not all(names) or len(set(names)) < len(names):
        message = "OI_TARGET has columns without a name of their own"
        raise Malformed(message)
    for name, letters in (("TARGET_ID", "IJK"), ("TARGET", "A")):
        column = hdu.column(name)
        if column is None or column.letter not in letters or not column.width:
            message = (
                f"OI_TARGET: {name} {_form(column) if column else 'is missing'}, of type {' or '.join(letters)} wanted"
            )
            raise Malformed(message)
    if odd := next((column for column in hdu.columns if column.letter not in DTYPES and column.letter != "A"), None):
        message = f"OI_TARGET: {odd.name} is of type {odd.letter}, which is not merged here"
        raise Malformed(message)


def _with_column(header: Header, hdu: Hdu, column: Column, number: int) -> Header:
    for keyword in ("TTYPE", "TFORM", "TUNIT"):
        value = hdu.header.get(f"{keyword}{column.number}")
        header = header if value is None else header.replaced(f"{keyword}{number}", value)
    return header


def _wider(before: Column, column: Column) -> Column:
    """The one of two columns of a name that has room for both; raises `Malformed` where they have different types."""
    text = before.letter == column.letter == "A"
    if not text and (before.letter not in "ED" or column.letter not in "ED" or before.repeat != column.repeat):
        message = f"OI_TARGET: {column.name} is of type {_form(before)} in one file, {_form(column)} in another"
        raise Malformed(message)
    return max(before, column, key=lambda one: one.width)


def _form(column: Column) -> str:
    return f"{column.repeat}{column.letter}"


def _dtype(column: Column) -> str:
    return f"S{max(1, column.width)}" if column.letter == "A" else DTYPES[column.letter]
