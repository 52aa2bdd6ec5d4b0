"""The field `search`: what is called like a text that is being typed, in all databases, the best match first."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from strawberry.types.field import StrawberryField

from hub.rows import Hub, Record
from planning import cursor
from planning.errors import BadInput, GatewayError, TooMuch
from planning.name_search import search_statements, stars_plan
from planning.plan import Order
from planning.sql import Statement
from resolvers.match_page import MatchEdge, MatchPage
from resolvers.statements import fetch
from schema.jsdc import STAR as STARS
from schema.search import FIELDS, KEY, KEYS, KIND, KINDS, LABEL, MAGNITUDE, MATCH, RANK, SIMILAR, TARGET, TEXTUAL
from schema.search_terms import SearchTerms, search_terms
from schema.search_types import SearchConnection, SearchKind

LONGEST = 100
"""Characters of the longest text."""
LARGEST_PAGE = 50
"""Matches of the largest page."""
ORDER = tuple(map(Order, (RANK, MAGNITUDE, LABEL, KIND, KEY)))
STAR_ID = 6
"""Where a row has the number of the star."""
SIGNATURE = cursor.signature(MATCH, ORDER)


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """Something that is called like the text."""

    kind: int
    source: str
    key: str
    label: str
    matched: str
    """The name that matches best."""
    rank: int
    magnitude: float | None
    links: Mapping[str, Any] = field(compare=False)
    """What a key is called (`schema.search.KEYS`) → the key of what a link leads to."""

    @property
    def place(self) -> tuple[Any, ...]:
        """What matches are sorted by."""
        return self.rank, inf if self.magnitude is None else self.magnitude, self.label, self.kind, self.key

    @property
    def cursor(self) -> str:
        """Where it stands, for clients."""
        return cursor.encode(SIGNATURE, (self.rank, self.magnitude, self.label, self.kind, self.key))

    @property
    def node(self) -> dict[str, Any]:
        """Its values and keys of links, by column."""
        own = {column.sql: getattr(self, column.sql) for column in MATCH.columns}
        return {**own, **dict.fromkeys(KEYS.values()), **self.links}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, and which databases did not answer."""

    matches: list[SearchMatch]
    """The best first."""
    failures: list[GatewayError]


@dataclass(frozen=True)
class SearchPage(MatchPage[SearchMatch]):
    """A page of what was found, the best first."""

    def edge(self, match: SearchMatch) -> MatchEdge:
        """A match with its cursor."""
        return MatchEdge(match.cursor, match.node)


async def search_names(hub: Hub, text: str, kinds: Iterable[int]) -> SearchResult:
    """Find what is called like a text that is being typed.

    Parameters
    ----------
    text
        At most `LONGEST` characters; nothing is found for one without a letter or digit.
    kinds
        Codes of `schema.search.KINDS`.

    Raises
    ------
    BadInput
        The text is too long, or holds a NUL character.
    GatewayError
        No database answers.
    """
    terms = search_terms(_checked(text))
    statements = search_statements(terms, text.strip(), frozenset(kinds), hub.databases) if terms else []
    answers = await asyncio.gather(*(_attempt(hub, statement) for statement in statements))
    failures = [answer for answer in answers if isinstance(answer, GatewayError)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    rows = [row for answer in answers if not isinstance(answer, GatewayError) for row in answer]
    return SearchResult(_ranked(terms, rows) if terms else [], failures)


def _checked(text: str) -> str:
    if "\0" in text:
        message = "text cannot hold a NUL character"
        raise BadInput(message)
    if len(text) > LONGEST:
        message = f"text has {len(text)} characters: at most {LONGEST} are searched for"
        raise BadInput(message)
    return text


async def _attempt(hub: Hub, statement: Statement) -> list[Record] | GatewayError:
    try:
        rows = await hub.fetch(statement)
        return await _with_stars(hub, rows) if statement.sources == (STARS.source,) else rows
    except GatewayError as error:
        return error


async def _with_stars(hub: Hub, rows: Sequence[Record]) -> list[Record]:
    """Rows of JSDC's names with its name of each star, and the magnitude."""
    numbers = list(dict.fromkeys(row[STAR_ID] for row in rows))
    stars = {number: rest for number, *rest in await fetch(hub, stars_plan(numbers))} if numbers else {}
    return [
        (kind, source, key, stars[number][0] or label, names, stars[number][1], number, alike)
        for kind, source, key, label, names, _, number, alike in rows
        if number in stars
    ]


def _ranked(terms: SearchTerms, rows: Iterable[Record]) -> list[SearchMatch]:
    """What rows of all statements find, each thing once, by its best name."""
    best: dict[tuple[int, str, str], SearchMatch] = {}
    for row in rows:
        match = _match(terms, row)
        if match is None:
            continue
        identity = (match.kind, "" if match.kind == TARGET else match.source, match.key)
        known = best.get(identity)
        best[identity] = _merged(known, match) if known else match
    return sorted(best.values(), key=lambda match: match.place)


def _match(terms: SearchTerms, row: Record) -> SearchMatch | None:
    kind, source, key, label, names, magnitude, star, similar = row
    ranks = [(rank, name) for name in names if name and (rank := terms.rank(name)) is not None]
    if not ranks and not similar:
        return None
    rank, matched = min(ranks, default=(SIMILAR, names[0]))
    magnitude = None if magnitude is None or isnan(magnitude) else magnitude
    links = {KEYS["star"]: star, KEYS[FIELDS[kind, source]]: key if kind in TEXTUAL else int(key)}
    return SearchMatch(kind, source, label if kind == TARGET else key, label, matched, rank, magnitude, links)


def _merged(one: SearchMatch, other: SearchMatch) -> SearchMatch:
    """The better of two matches of one thing, with the links of both: several databases know a target."""
    first, second = sorted((one, other), key=lambda match: match.place)
    filled = {key: value for key, value in first.links.items() if value is not None}
    return SearchMatch(
        first.kind, first.source, first.key, first.label, first.matched, first.rank, first.magnitude,
        {**second.links, **filled},
    )  # fmt: skip


async def resolve_search(
    info: strawberry.Info[Any, None],
    text: Annotated[str, strawberry.argument(description=f"What was typed, at most {LONGEST} characters")],
    first: Annotated[int, strawberry.argument(description=f"How many matches, up to {LARGEST_PAGE}")] = 10,
    after: Annotated[str | None, strawberry.argument(description="Start after the match with this cursor")] = None,
    kinds: Annotated[
        list[SearchKind] | None, strawberry.argument(description="What to search; all of it, if nothing is said")
    ] = None,
) -> Any:
    """Resolve `search`; a database that does not answer costs its matches, and an error beside them says so.

    Raises
    ------
    GatewayError
        An argument is wrong, or no database answers.
    """
    _check_page(first)
    codes = KINDS.members if kinds is None else [kind.value for kind in kinds]
    position = _position(after)
    result = await search_names(info.context.hub, text, codes)
    info.context.missing.extend(_located(info, error) for error in result.failures)
    start = 0 if position is None else sum(match.place <= position for match in result.matches)
    return SearchPage(result.matches, start, first)


def _check_page(first: int) -> None:
    if first < 0:
        message = f"first is {first}: a number of matches is wanted, from 0"
        raise BadInput(message)
    if first > LARGEST_PAGE:
        message = f"first is {first}: at most {LARGEST_PAGE} matches at once"
        raise TooMuch(message)


def _position(after: str | None) -> tuple[Any, ...] | None:
    """The place of a cursor among matches."""
    if after is None:
        return None
    rank, magnitude, *rest = cursor.decode(after, MATCH, ORDER)
    return (rank, inf if magnitude is None else magnitude, *rest)


def _located(info: strawberry.Info[Any, None], error: GatewayError) -> GraphQLError:
    raw = info._raw_info  # noqa: SLF001 - Strawberry has no public access to it
    return GraphQLError(error.message, raw.field_nodes, path=raw.path.as_list(), original_error=error)


FIELD: StrawberryField = strawberry.field(
    resolver=resolve_search,
    name="search",
    graphql_type=SearchConnection | None,
    description="What is called like a text that is being typed: stars, targets, programmes, collections, exposures",
)
