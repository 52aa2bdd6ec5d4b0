"""The statement of a cross-match, and the columns of its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.xmatch.catalogues import CellIndex
from adapters.xmatch.parameters import CrossmatchRequest, Find
from adapters.xmatch.positions import NUMBER, area_bounds
from planning.errors import BadInput
from planning.plan import Cell
from planning.rights import seen_sql
from planning.sql import HASHED, Statement, bound
from schema.catalog import suggestion
from schema.column import Column
from schema.named_queries import named_query
from schema.table import Table
from schema.types import BOOLEAN, DOUBLE, INT

MATCH = named_query("xmatch/match", "match")
LIST_CONES = named_query("xmatch/match", "list_cones")
TABLE_CONES = named_query("xmatch/match", "table_cones")
LIST_ROWS = named_query("xmatch/match", "list_rows")
TABLE_ROWS = named_query("xmatch/match", "table_rows")
SEPARATION = Column("angDist", DOUBLE, "Distance", "arcsec", "pos.angDistance")
COUNT = Column("n_matches", INT, "Rows of the table within the radius", ucd="meta.number")
MATCHED = Column("matched", BOOLEAN, "Whether there is one", ucd="meta.code")


NO_NAMES: Mapping[Column, str] = {}


@dataclass(frozen=True, slots=True)
class MatchSide:
    """One side of a match."""

    table: Table
    """A table of ours or a staged list."""
    index: CellIndex | None
    """Its positions by cell; None for a list whose cones are staged."""
    columns: tuple[Column, ...]
    """Columns to return."""
    axes: tuple[Column, Column] | None
    """Columns with right ascension and declination of a staged list; None for a table of ours."""

    @property
    def key(self) -> str:
        """Column of the table that identifies a row."""
        return NUMBER if self.axes else self.table.key.sql

    def name(self, column: Column) -> str:
        """Name of a column in results."""
        return self.index.name(column) if self.index else column.given or column.name

    def rows(self, side: str, places: list[tuple[str, str]]) -> str:
        """SQL of its rows that match; of a list, all of them. `side` is the column of the pairs with its keys.

        What it binds is added to `places` (`planning.rights.seen_sql`).
        """
        if self.axes:
            return LIST_ROWS.format(table=self.table.qualified)
        columns = dict.fromkeys((self.table.key, *self.columns))
        fetched = ", ".join(f'{seen_sql(column, "r", places)} AS "{column.sql}"' for column in columns)
        return TABLE_ROWS.format(fetched=fetched, table=self.table.qualified, key=self.key, side=side)


@dataclass(frozen=True, slots=True)
class MatchSides:
    """Both sides, and which of them has the cones."""

    first: MatchSide
    second: MatchSide
    cells: Table
    """Cells that cones around the positions of one side touch."""
    first_probes: bool
    """Whether that side is the first."""


def chosen_columns(
    columns: Sequence[Column], names: Sequence[str], also: Mapping[Column, str] = NO_NAMES
) -> tuple[Column, ...]:
    """The columns of these names, in any case; all for none. `also` has further names. Raises `BadInput`."""
    known = {
        name.lower(): column for column in columns for name in (column.former, column.name, also.get(column)) if name
    }
    for name in names:
        if name.lower() not in known:
            message = f"There is no column {name[:60]!r}{suggestion(name, list(known))}"
            raise BadInput(message)
    return tuple(known[name.lower()] for name in names) or tuple(columns)


def result_cells(sides: MatchSides, request: CrossmatchRequest) -> tuple[Cell, ...]:
    """The columns of the result: distance, those of both sides; repeated names get a number."""
    added = (SEPARATION, COUNT, MATCHED) if request.unmatched else (SEPARATION,)
    named = [(column, column.name) for column in added]
    named += [(column, side.name(column)) for side in (sides.first, sides.second) for column in side.columns]
    taken: set[str] = set()
    # Copies, since both sides may be one table: the same column then occurs twice.
    return tuple(Cell(replace(column), _free(name, taken)) for column, name in named)


def cell_names(cells: Sequence[Cell]) -> list[str]:
    """Names of the columns of the statement."""
    return [f"c{number}" for number in range(len(cells))]


def match_statement(sides: MatchSides, request: CrossmatchRequest, row: str, cells: Sequence[Cell]) -> Statement:
    """The statement of the match; `row` is its select list, over `cell_names`."""
    places: list[tuple[str, str]] = []
    first, second = sides.first, sides.second
    probe, target = (first, second) if sides.first_probes else (second, first)
    assert target.index  # noqa: S101 - for mypy: only the side with the cones may have none
    keys = ("w.key", f"p.{target.index.key}")
    counted = ["coalesce(n.matches, 0)::int", "n.second IS NOT NULL"] if request.unmatched else []
    returned = [f'{name}."{column.sql}"' for name, side in (("s", first), ("t", second)) for column in side.columns]
    text = MATCH.format(
        first=keys[not sides.first_probes], second=keys[sides.first_probes], motion=target.index.motion,
        cones=_cones(probe, sides.cells), places=target.index.relation, **area_bounds(request.area),
        radius=repr(request.radius), distinct="DISTINCT ON (first)" if request.find is Find.BEST else "",
        first_rows=first.rows("first", places), second_rows=second.rows("second", places),
        first_key=first.key, second_key=second.key,
        columns=", ".join(["n.separation", *counted, *returned]), join="LEFT JOIN" if request.unmatched else "JOIN",
        row=row, names=", ".join(cell_names(cells)), limit=request.limit + 1,
    )  # fmt: skip
    return Statement(text, bound((), places), request.sources, dated=bool(places), settings=HASHED)


def _cones(probe: MatchSide, cells: Table) -> str:
    if probe.index is None:
        return LIST_CONES.format(cells=cells.qualified)
    return TABLE_CONES.format(cells=cells.qualified, places=probe.index.relation, key=probe.index.key)


def _free(name: str, taken: set[str]) -> str:
    free, turn = name, 1
    while free.lower() in taken:
        turn += 1
        free = f"{name}_{turn}"
    taken.add(free.lower())
    return free
