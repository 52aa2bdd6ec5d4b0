"""Catalogues as the JMMC's API names them: which table each is, its key, and its columns of principal investigators.

The rules go by the name alone (catalogs `modules/app.xql`). A name that ends with a date, as `spica_2022_03_30`, is a
copy at the real system; here it is the table itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from adapters.catalogs.errors import NoRecord
from planning.errors import BadInput
from schema import aliases, spica
from schema.catalog import suggestion
from schema.column import Column
from schema.numerals import key_number
from schema.table import Table
from schema.types import INT, LONG, SHORT

COPY = re.compile(r"_\d{4}_\d\d_\d\d$")
CALIBRATORS, RUNS = "spica_cal", ("spica_followup", "spica_test_followup")
TABLES = {table.name: table for table in aliases.SOURCE.tables}
OTHERS = {RUNS[1]: RUNS[0]}
"""Names that are given to the table of another."""
OPEN = "oidb"
"""What the names of catalogues begin with that anybody may read whole."""
WHOLE = (LONG, INT, SHORT)
"""Types of keys that are numbers."""
IGNORED = "lastmods"
"""The column that a client may send back with the rest of a row, and that is not changed by it."""


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """Where a column of a catalogue is written."""

    column: Column
    """Of a table that is written."""
    rank: int = 0
    """The programme that it is of, 1 or 2; 0 for a column of the row itself."""


@dataclass(frozen=True)
class NamedCatalogue:
    """A catalogue, by the name that it was asked by."""

    name: str
    table: Table
    """The view of `schema.aliases` that it is read as."""

    @property
    def key(self) -> str:
        """Name of the column that identifies a row."""
        if self.name.startswith(RUNS):
            return "tpl_start"
        if self.name.startswith("spica") and not self.name.startswith(CALIBRATORS):
            return "spicadb_id"
        return "exp_id" if self.name.startswith("obsportal") else "id"

    @property
    def key_column(self) -> Column:
        """The column of that name; raises `BadInput` where the table has none."""
        found = next((column for column in self.table.columns if column.name == self.key), None)
        if found is None:
            message = f"{self.name} has no column {self.key} to find a row by"
            raise BadInput(message)
        return found

    def require_key(self, text: str) -> str:
        """The text of a key, which has no other; raises `BadInput` for what is none: `1_0` is not 10."""
        try:
            return str(key_number(text)) if self.key_column.type in WHOLE else text
        except ValueError as error:
            message = f"{self.key} is a whole number, not {text[:60]!r}"
            raise BadInput(message) from error

    @property
    def investigators(self) -> tuple[str, ...]:
        """Names of the columns that name principal investigators."""
        if self.name.startswith((CALIBRATORS, *RUNS)):
            return ("piname",)
        return ("piname", "piname2") if self.name.startswith("spica") else ("datapi",)

    @property
    def open(self) -> bool:
        """Whether anybody may read it whole."""
        return self.name.startswith(OPEN)

    @property
    def runs(self) -> bool:
        """Whether its rows are runs, and not targets with their programmes."""
        return self.table.name == RUNS[0]

    @cached_property
    def written(self) -> Mapping[str, WrittenColumn]:
        """Columns that are written, by name in lower case; none of a catalogue that is only read."""
        if self.runs:
            return {column.name: WrittenColumn(column) for column in spica.FOLLOWUP.stored}
        return _WIDE if self.table is aliases.SPICA else {}


def named_catalogue(name: str) -> NamedCatalogue:
    """The catalogue of a name; raises `NoRecord`."""
    plain = COPY.sub("", name)
    table = TABLES.get(OTHERS.get(plain, plain))
    if table is None:
        message = f"There is no catalogue {name[:60]!r}{suggestion(plain, sorted(TABLES))}"
        raise NoRecord(message)
    return NamedCatalogue(name, table)


def _wide() -> dict[str, WrittenColumn]:
    """The columns of the wide table of targets: of the target, and of its first and second programme."""
    definition = aliases.SPICA.definition
    assert definition is not None  # noqa: S101 - for mypy
    programme = {column.name: column for column in spica.TARGET_PROGRAM.columns}
    ranks = {column: rank for rank, link in enumerate(definition.joined, 1) for column in link.target.columns}
    written = {}
    for published, value in definition.values.items():
        (column,) = value.columns
        rank = ranks.get(column, 0)
        written[published.name.lower()] = WrittenColumn(programme[column.name] if rank else column, rank)
    return written


_WIDE = _wide()
