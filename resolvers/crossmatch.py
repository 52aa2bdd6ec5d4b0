"""The field `crossmatch`: up to 100 000 positions against stars and records, joined by HEALPix cell in the hub."""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from hub.threads import in_thread
from planning.errors import BadInput, TooMuch
from planning.sql import Statement
from resolvers.match_page import MatchEdge, MatchPage
from schema.crossmatch import LINKS, MATCHED, MOVING
from schema.crossmatch_types import CrossmatchConnection, CrossmatchMode, MatchTable
from schema.scalars import MOST_POSITIONS, Positions
from sky.cells import FIRST, LAST, REACH, WIDEST, cone_cells
from sky.healpix import Floats

RADIUS = 3.0
"""Default radius, arcsec."""
STARS = [MatchTable(0)]
"""Default of `tables`: the stars of JSDC."""
LARGEST_RADIUS = WIDEST - REACH
"""In arcsec."""
AT_ONCE = 20_000
"""Positions of one statement: the driver encodes all that is bound in one go."""
MOST = 500_000
"""Most matches of one request."""
Match = tuple[int, int, float, int]
"""Index of the position, code of the table, separation in arcsec, key of the row; matches sort in this order."""


@lru_cache(maxsize=64)
def _text(tables: tuple[int, ...], mode: CrossmatchMode) -> str:
    moving = "s.pmra, s.pmdec, $6::float8 - 2000"
    branches = " UNION ALL ".join(
        f"SELECT w.position, {code} AS code, s.{key} AS key, "  # noqa: S608 - declared
        f'crossid.separation(s.ra, s."dec", {moving if table in MOVING else "0, 0, 0"}, w.ra, w."dec") AS separation '
        f"FROM wanted w JOIN {places} s ON s.cell = w.cell"
        for code, (_, table, places, key) in MATCHED.items()
        if code in tables
    )
    chosen = "DISTINCT ON (position, code)" if mode is CrossmatchMode.BEST else "DISTINCT"
    return (
        "WITH wanted AS MATERIALIZED (SELECT * FROM unnest($1::int4[], $2::int8[], $3::float8[], $4::float8[]) "  # noqa: S608
        f'AS w (position, cell, ra, "dec")), pair AS MATERIALIZED ({branches}) '
        f"SELECT {chosen} position, code, separation, key FROM pair WHERE separation <= $5 "
        f"ORDER BY position, code, separation, key LIMIT {MOST + 1}"
    )


@dataclass(frozen=True)
class Matches(MatchPage[Match]):
    """The matches of one request."""

    count: int
    """Number of positions in the request."""

    def edge(self, match: Match) -> MatchEdge:
        """A match with its cursor."""
        return MatchEdge(_cursor(match), _node(match))

    @property
    def total_count(self) -> int:
        """Number of matches on all pages."""
        return len(self.matches)

    @property
    def unmatched_count(self) -> int:
        """Number of positions without a match."""
        return len(self.unmatched)

    @cached_property
    def unmatched(self) -> list[int]:
        """Indexes of the positions without a match, from 0."""
        return sorted(set(range(self.count)) - {match[0] for match in self.matches})

    @property
    def rows(self) -> Sequence[Match]:
        """The matches of all pages."""
        return self.matches


def _node(match: Match) -> dict[str, Any]:
    position, code, separation, key = match
    links = {link.from_column.sql: None for link in LINKS} | {MATCHED[code][1].key.sql: key}
    return {"position": position, "table": code, "key": key, "separation": separation} | links


def _cursor(match: Match) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(tuple(match))).decode()


def _after(cursor: str, matches: list[Match]) -> int:
    try:
        position, code, separation, key = orjson.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
        return bisect_right(matches, (int(position), int(code), float(separation), int(key)))
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        message = f"{cursor[:60]!r} is not a cursor: give one that a page of matches gave, as pageInfo.endCursor"
        raise BadInput(message) from error


async def resolve_crossmatch(  # noqa: PLR0913, PLR0917 - these are the arguments of a GraphQL field
    info: strawberry.Info[Any, None],
    positions: Annotated[Positions, strawberry.argument(description=f"Places to match, at most {MOST_POSITIONS}")],
    radius: Annotated[float, strawberry.argument(description=f"In arcsec, up to {LARGEST_RADIUS:g}")] = RADIUS,
    tables: Annotated[list[MatchTable], strawberry.argument(description="What to match them with")] = STARS,
    mode: Annotated[CrossmatchMode, strawberry.argument(description="Which matches to tell")] = CrossmatchMode.BEST,
    epoch: Annotated[float, strawberry.argument(description="Julian year of the places: stars are moved to it")] = 2000,
    first: Annotated[int, strawberry.argument(description="How many matches")] = 100,
    after: Annotated[str | None, strawberry.argument(description="Start after the match with this cursor")] = None,
) -> Any:
    """Resolve `crossmatch`.

    Raises
    ------
    GatewayError
        An argument is out of bounds, there are more than `MOST` matches, or the hub does not answer.
    """
    _within("radius", radius, 0, LARGEST_RADIUS)
    _within("epoch", epoch, FIRST, LAST)
    if first < 0 or first > info.context.largest_page:
        message = f"first is {first}: at most {info.context.largest_page} at once, or all of them as rows"
        raise TooMuch(message)
    codes = tuple(sorted({table.value for table in tables}))
    places: Floats = positions  # type: ignore[assignment]
    matches = await match_positions(info.context.hub, places, radius, codes, mode, epoch) if codes else []
    return Matches(matches, _after(after, matches) if after else 0, first, len(places))


async def match_positions(  # noqa: PLR0913, PLR0917 - the arguments of the field
    hub: Hub, places: Floats, radius: float, codes: tuple[int, ...], mode: CrossmatchMode, epoch: float = 2000
) -> list[Match]:
    """Find every match of positions with tables, in order.

    Parameters
    ----------
    places
        Shape (n, 2): right ascension and declination, ICRS degrees, at `epoch`.
    radius
        In arcsec, from 0 to `LARGEST_RADIUS`.
    codes
        Tables, by their codes in `schema.crossmatch.MATCHED`; at least one.
    mode
        BEST for the nearest row of each table, ALL for every row within the radius.
    epoch
        Julian year from 1980 to 2050, to which stars are moved by their proper motion.

    Raises
    ------
    GatewayError
        There are more than `MOST` matches, or the hub does not answer.
    """
    text = _text(codes, mode)
    moving = (epoch,) if any(MATCHED[code][1] in MOVING for code in codes) else ()
    matches: list[Match] = []
    for start in range(0, len(places), AT_ONCE):
        values = (*await in_thread(_cone_cells, places[start : start + AT_ONCE], radius), radius)
        records: list[Any] = await hub.fetch(Statement(text, (*values, *moving), ("crossid",)))
        matches += [(start + position, *found) for position, *found in records]
        if len(matches) > MOST:
            message = f"There are more than {MOST} matches: ask for fewer positions, a smaller radius, or mode BEST"
            raise TooMuch(message)
    return matches


def _cone_cells(places: Floats, radius: float) -> tuple[list[Any], ...]:
    ra, dec = places[:, 0], places[:, 1]
    row, cell = cone_cells(ra, dec, radius + REACH)
    return tuple(column.tolist() for column in (row, cell, ra[row], dec[row]))


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        message = f"{name} is {value}: from {low:g} to {high:g} is wanted"
        raise BadInput(message)


FIELD: StrawberryField = strawberry.field(
    resolver=resolve_crossmatch,
    name="crossmatch",
    graphql_type=CrossmatchConnection | None,
    description="What is near each of many positions: stars of JSDC, and records of the other databases",
)
