"""OiDB's query strings (facts/jmmc_systems.md section 2.3) → a stored GraphQL document and its variables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.votable.parameters import LARGEST, gathered, once, whole
from planning.errors import BadInput
from resolvers.operation import Request
from schema.catalog import suggestion
from schema.oidb import GRANULE
from schema.oidb_search import FILTERS, Filter, FilterKind

PER_PAGE, NEWEST = 25, "t_min"
ALL, OR = "all", "or"
OTHERS = ("order", "page", "perpage", ALL, "responseformat", "maxrec")
BY_NAME = {one.name: one for one in FILTERS}
FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked: a document, and how many rows come before the page."""

    request: Request
    offset: int


def read(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter; raises `BadInput` for OiDB's `or`, but between values of one filter."""
    parts: list[set[str]] = [set()]
    for name, _ in pairs:
        if name.lower() == OR:
            parts.append(set())
        elif name.lower() in BY_NAME:
            parts[-1].add(name.lower())
    if len([part for part in parts if part]) > 1 and len(set().union(*parts)) > 1:
        message = "or between different filters is not offered here, but by /graphql: granules(where: {or: [{…}, {…}]})"
        raise BadInput(message)
    return gathered((name, "yes" if name.lower() == ALL else value) for name, value in pairs if name.lower() != OR)


def search(told: Mapping[str, Sequence[str]], largest: int) -> Search:
    """Read the parameters; those of a filter that is repeated are alternatives. Raises `BadInput`."""
    for name in told:
        if name not in BY_NAME and name not in OTHERS:
            message = f"OiDB's search has no {name[:40]!r}{suggestion(name, [*BY_NAME, *OTHERS])}"
            raise BadInput(message)
    single = once(told, "page", "perpage", "maxrec")
    size = whole(single, "perpage", PER_PAGE, 1, LARGEST)
    page = whole(single, "page", 1, 1, LARGEST)
    paged = ALL not in told
    wanted = {BY_NAME[name].graphql: _value(BY_NAME[name], values) for name, values in told.items() if name in BY_NAME}
    variables: dict[str, Any] = {
        "search": wanted, "orderBy": [_order(term) for term in told.get("order", (NEWEST,))],
        "first": min(size if paged else whole(single, "maxrec", largest, 0, LARGEST), largest),
    }  # fmt: skip
    return Search(Request(DOCUMENT, None, variables), min((page - 1) * size, LARGEST) if paged else 0)


def _value(one: Filter, values: Sequence[str]) -> Any:
    return _READ[one.kind](one, values) if one.kind in _READ else [*values]


def _words(_one: Filter, values: Sequence[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _numbers(one: Filter, values: Sequence[str]) -> list[int]:
    """Whole numbers; OiDB lets `id` be said as `id:123`."""
    prefix = f"{one.name}:" if one.kind is FilterKind.NUMBERS else ""
    words = [word.removeprefix(prefix) for word in _words(one, values)]
    return [whole({one.name: word}, one.name, 0, 0, LARGEST) for word in words]


def _one(one: Filter, values: Sequence[str]) -> str:
    if len(values) > 1:
        message = f"{one.name} is given {len(values)} times: once is wanted"
        raise BadInput(message)
    return values[0]


def _flag(one: Filter, values: Sequence[str]) -> bool:
    told = _one(one, values).lower()
    if told not in FLAGS:
        message = f"{one.name} is {told[:40]!r}: yes or no is wanted"
        raise BadInput(message)
    return FLAGS[told]


_READ: Mapping[FilterKind, Callable[[Filter, Sequence[str]], Any]] = {
    FilterKind.CATEGORIES: _words,
    FilterKind.BANDS: _words,
    FilterKind.LEVELS: _numbers,
    FilterKind.NUMBERS: _numbers,
    FilterKind.CONE: _one,
    FilterKind.DATES: _one,
    FilterKind.RELEASED: _flag,
}


def _order(told: str) -> dict[str, str]:
    """A column, its largest values first unless `^` comes before it."""
    known = {column.sql: column for column in GRANULE.columns if column.type.orderable}
    column = known.get(told.removeprefix("^"))
    if column is None:
        meant = (
            suggestion(told.removeprefix("^"), list(known)) or ": a column of granules is wanted, as t_min or ^t_min"
        )
        message = f"order is {told[:40]!r}{meant}"
        raise BadInput(message)
    return {column.graphql: "ASC" if told.startswith("^") else "DESC_NULLS_LAST"}


FIELDS = " ".join(column.graphql for column in GRANULE.columns)
DOCUMENT = (
    "query Search($search: OidbSearch, $orderBy: [GranuleOrder!], $first: Int) "
    f"{{ granules(search: $search, orderBy: $orderBy, first: $first) {{ nodes {{ {FIELDS} }} }} }}"
)
