"""OiDB's query strings to a stored GraphQL document and its variables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import FORMAT, LARGEST, gathered, once, whole
from planning.errors import BadInput
from planning.plan import Plan
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
    """A search, read: the stored document that answers it, the rows before its page, and the format of the answer."""

    request: Request
    offset: int
    format: Negotiated

    def page(self, plan: Plan) -> Plan:
        """The plan of its document, without the rows before the page."""
        return Plan(replace(plan.shape, offset=self.offset), plan.values)


def _values(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter; raises `BadInput` for OiDB's `or` between different filters."""
    alternatives: list[set[str]] = [set()]
    for name, _ in pairs:
        if name.lower() == OR:
            alternatives.append(set())
        elif name.lower() in BY_NAME:
            alternatives[-1].add(name.lower())
    if len([filters for filters in alternatives if filters]) > 1 and len(set().union(*alternatives)) > 1:
        message = "or between different filters is not offered here, but by /graphql: granules(where: {or: [{…}, {…}]})"
        raise BadInput(message)
    return gathered((name, "yes" if name.lower() == ALL else value) for name, value in pairs if name.lower() != OR)


def search(pairs: Sequence[tuple[str, str]], accept: str | None, largest: int) -> Search:
    """Read a search; the values of a filter that is repeated are alternatives.

    `accept` is the header of that name, which counts where RESPONSEFORMAT is not given; an answer has at most `largest`
    rows. Raises `BadInput`.
    """
    parameters = _values(pairs)
    for name in parameters:
        if name not in BY_NAME and name not in OTHERS:
            message = f"OiDB's search has no {name[:40]!r}{suggestion(name, [*BY_NAME, *OTHERS])}"
            raise BadInput(message)
    single = once(parameters, "page", "perpage", "maxrec")
    size, page = whole(single, "perpage", PER_PAGE, 1, LARGEST), whole(single, "page", 1, 1, LARGEST)
    paged = ALL not in parameters
    filters = {
        BY_NAME[name].graphql: _value(BY_NAME[name], values) for name, values in parameters.items() if name in BY_NAME
    }
    variables: dict[str, Any] = {
        "search": filters, "orderBy": [_order(term) for term in parameters.get("order", (NEWEST,))],
        "first": min(size if paged else whole(single, "maxrec", largest, 0, LARGEST), largest),
    }  # fmt: skip
    form = negotiate(once(parameters, FORMAT).get(FORMAT), accept, TABLEDATA)
    return Search(Request(DOCUMENT, None, variables), min((page - 1) * size, LARGEST) if paged else 0, form)


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
    value = _one(one, values).lower()
    if value not in FLAGS:
        message = f"{one.name} is {value[:40]!r}: yes or no is wanted"
        raise BadInput(message)
    return FLAGS[value]


_READ: Mapping[FilterKind, Callable[[Filter, Sequence[str]], Any]] = {
    FilterKind.CATEGORIES: _words,
    FilterKind.BANDS: _words,
    FilterKind.LEVELS: _numbers,
    FilterKind.NUMBERS: _numbers,
    FilterKind.CONE: _one,
    FilterKind.DATES: _one,
    FilterKind.RELEASED: _flag,
}


def _order(term: str) -> dict[str, str]:
    """A column, its largest values first unless `^` comes before it."""
    known = {column.sql: column for column in GRANULE.columns if column.type.orderable}
    name = term.removeprefix("^")
    column = known.get(name)
    if column is None:
        meant = suggestion(name, list(known)) or ": a column of granules is wanted, as t_min or ^t_min"
        message = f"order is {term[:40]!r}{meant}"
        raise BadInput(message)
    return {column.graphql: "ASC" if term.startswith("^") else "DESC_NULLS_LAST"}


FIELDS = " ".join(column.graphql for column in GRANULE.columns)
DOCUMENT = (
    "query Search($search: OidbSearch, $orderBy: [GranuleOrder!], $first: Int) "
    f"{{ granules(search: $search, orderBy: $orderBy, first: $first) {{ nodes {{ {FIELDS} }} }} }}"
)
