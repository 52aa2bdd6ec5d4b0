"""A declared table of every scalar, and rows of values that break writers."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from adapters.votable.envelope import Head
from planning.plan import Cell
from schema.column import Column, Enumeration, Quantity
from schema.table import Link, Table
from schema.types import ASCII, BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, JSON, LONG, SHORT, TEXT

GRADE = Enumeration("Grade", "How good", {0: ("BAD", "Bad & wrong"), 1: ("GOOD", "Good")})
TABLE = Table(
    "jsdc",
    "nasty",
    "public.nasty",
    "Nasty",
    "nasties",
    "A table of <everything> & more",
    (
        Column("id", LONG, "Key", ucd="meta.id", key=True),
        Column("Name", ASCII, 'Name with "quotes"', ucd="meta.id;meta.main"),
        Column("label", TEXT, "Text", ucd="meta.note"),
        Column("ra", DOUBLE, "Right ascension", "deg", "pos.eq.ra;meta.main"),
        Column("dec", DOUBLE, "Declination", "deg", "pos.eq.dec;meta.main"),
        Quantity(
            Column("Vmag", FLOAT, "Magnitude", "mag", "phot.mag;em.opt.V"),
            Column("e_Vmag", FLOAT, "Error", "mag", "stat.error;phot.mag;em.opt.V"),
            Column("f_Vmag", SHORT, "Origin", ucd="meta.ref", enumeration=GRADE),
        ),
        Column("small", SHORT, "Two bytes", ucd="meta.number"),
        Column("whole", INT, "Four bytes", ucd="meta.number"),
        Column("flag", BOOLEAN, "Truth", ucd="meta.code"),
        Column("instant", INSTANT, "Instant", ucd="time.creation"),
        Column("wall", DATETIME, "Clock on the wall, meant as UTC", ucd="time.creation"),
        Column("t_min", DOUBLE, "Start", "d", "time.start;obs.exposure"),
        Column("nights", FLOAT, "Nights", "d", "time.duration;obs.proposal"),
        Column("document", JSON, "Document", ucd="meta.note"),
    ),
)
CELLS = tuple(Cell(column, column.name) for column in TABLE.columns)
DDL = f"CREATE TABLE public.nasty ({', '.join(f'{column.sql} {column.type.sql}' for column in TABLE.columns)})"
INSERT = f"INSERT INTO public.nasty VALUES ({', '.join(f'${n + 1}' for n in range(len(CELLS)))})"
TWIN = Link("twin", TABLE, TABLE, TABLE.columns[0], TABLE.columns[0])

TEXTS = [
    "plain",
    "",
    "&<>\"'",
    "]]>",
    "back\\slash",
    "\\",
    "\\\\n",
    "\\t",
    "\\.",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\n",
    '"',
    '""',
    ',"\n",',
    "x,y;z",
    "été Čapek Ωmega",
    "ÿ\x80\x9f",
    "\N{SNOWMAN}",
    "\N{GRINNING FACE} astral \U0010ffff end",
    "\x7f",
    "Infinity",
    "-Infinity",
    "NaN",
    "NULL",
    "\\N",
    "\ud7ff\ue000",
    'mixed \N{GRINNING FACE}\\\t"<é>\n',
]
FORBIDDEN_TEXTS = ["\x01a\x0bb\x1fc", "\x08\x0c", "\ufffe\uffff"]
"""What XML cannot hold."""
ASCIIS = ["HD 1", "", "a&b<c>d\"e'f", "tab\there", "line\nbreak", "back\\slash", "Infinity", "\x7f"]
FLOATS = [0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 1e-300, 1.7976931348623157e308, -123.456]
SINGLES = [0.0, 0.38144228, math.nan, math.inf, -math.inf, 3.4028235e38, 1e-45, -1.5]
INSTANTS = [
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(1999, 1, 1, 0, 0, 0, 123456, tzinfo=UTC),
    datetime(1, 2, 3, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
]
DOCUMENTS: list[Any] = [
    {},
    [],
    None,
    {"a": 'q"uo\\te\n\t', "é": "\N{GRINNING FACE}"},
    [1, 2.5, "<&>"],
    "text",
    {"n": {"m": [None, True]}},
]


def _row(n: int, text: str) -> tuple[Any, ...]:
    def turn(values: list[Any]) -> Any:
        return None if n % 7 == 3 else values[n % len(values)]

    instant = turn(INSTANTS)
    return (
        [-(2**63), 2**63 - 1, n][n % 3],
        turn(ASCIIS),
        text,
        turn(FLOATS),
        turn(FLOATS[::-1]),
        turn(SINGLES),
        turn(SINGLES[1:]),
        turn([0, 1]),
        turn([-(2**15), 2**15 - 1, 0]),
        turn([-(2**31), 2**31 - 1, 0]),
        turn([True, False]),
        instant,
        instant and instant.replace(tzinfo=None),
        turn(FLOATS[2:]),
        turn(SINGLES[2:]),
        json.dumps(turn(DOCUMENTS), ensure_ascii=False),
    )


ROWS = [_row(n, text) for n, text in enumerate(TEXTS + FORBIDDEN_TEXTS)] + [(0, *[None] * (len(CELLS) - 1))]


def head(cells: tuple[Cell, ...]) -> Head:
    """What a document of some of the cells says before its rows."""
    return Head(TABLE, cells)
