"""Name published tables and columns as JMMC's importer does (`jmmc-tap.xql`), so that ADQL needs no quotes."""

import re

from adql.grammar.words import RESERVED
from planning.errors import BadInput
from schema.catalog import DECLARED
from schema.column import VALUE_OF_ID, field_name
from schema.published import CELLS, NAME
from schema.taken import UNQUALIFIED, clash

UNWORDED = re.compile(r"\W+", re.ASCII)
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
GRAPHQL_NAME = re.compile(r"[a-z][A-Za-z0-9]*", re.ASCII)
SYSTEM = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "publication"}
"""Column names that PostgreSQL reserves in every table, and one that JMMC's importer does."""
LONGEST = 50
"""Characters of a name."""
TAKEN = {"catalogue", "declaration"}
"""Tables that the schema `published` has itself."""
OURS = (CELLS, "new_")
"""Prefixes of the tables that publishing creates for its own use."""


def table_name(text: str) -> str:
    """Check a name and return it without its schema: `bright` for `published.bright`; raises `BadInput`."""
    schema, _, name = text.rpartition(".")
    if (
        schema not in ("", NAME)
        or not TABLE_NAME.fullmatch(name)
        or hub_name(name) != name
        or name.startswith(OURS)
        or name in TAKEN
    ):
        message = (
            f"{text!r} is no name for a table: {NAME}.some_name is wanted, in lower case, of letters, digits and _ "
            "(name it with --name)"
        )
        raise BadInput(message)
    return name


def table_name_of_file(file_name: str) -> str:
    """Derive a table's name from a file's: `bright_stars` for `Bright-Stars.vot.gz`."""
    plain = file_name.lower().removesuffix(".gz").rpartition(".")[0] or file_name.lower()
    return hub_name(plain)[:40].strip("_")


def hub_name(text: str) -> str:
    """Return a name in lower case, at most `LONGEST` characters, with `_` for all but letters and digits.

    A reserved word gets `_` at its end, a digit at the start `c_` before it.
    """
    name = UNWORDED.sub("_", text.lower())[:LONGEST]
    name = f"c_{name}" if not name.strip("_") or name[0].isdigit() else name
    return f"{name}_" if name.upper() in RESERVED or name in SYSTEM else name


def graphql_names(name: str) -> tuple[str, str]:
    """Return a table's GraphQL type and the field of its connection: `BrightStarsRow`, `brightStars`.

    Raises `BadInput` if a declared table, or a field of GraphQL, has one of the names that the table would bring.
    """
    plural = field_name(name)
    kind = f"{plural[0].upper()}{plural[1:]}Row"
    if name in UNQUALIFIED:
        message = f"{name!r} is the name of another table, which queries would no longer find by it: choose another"
        raise BadInput(f"{message} with --name")
    if taken := clash(kind, plural, DECLARED):
        message = f"{name!r} would be {taken!r} in GraphQL, which is taken: choose another with --name"
        raise BadInput(message)
    return kind, plural


class Names:
    """Assigns names to the columns of one table; no name is assigned twice."""

    def __init__(self) -> None:
        self._columns: set[str] = set()
        self._fields = {"and", "or", "not", VALUE_OF_ID}
        self._given: set[str] = set()

    def column(self, text: str) -> tuple[str, str]:
        """Assign a column's name in the hub and in GraphQL; the latter is "" if it follows from the former."""
        name = _free(hub_name(text), "{}_{}", self._columns)
        usual = field_name(name)
        sound = usual if GRAPHQL_NAME.fullmatch(usual) else f"c{usual}"
        field = _free(sound, "{}{}", self._fields)
        return name, "" if field == usual else field

    def given(self, text: str, name: str) -> str:
        """Return the spelling of a column's name in documents; "" if it is `name`, or another column's already."""
        known, self._given = text in self._given, self._given | {text}
        return "" if known or text == name else text


def _free(name: str, numbered: str, taken: set[str]) -> str:
    free, turn = name, 1
    while free in taken:
        turn += 1
        free = numbered.format(name, turn)
    taken.add(free)
    return free
