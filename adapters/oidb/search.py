"""OiDB's query strings (its `modules/filters.xqm`) → a stored GraphQL document and its variables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import FORMATS, LARGEST, format_name, int_parameter, repeated_values, selected_values
from planning.errors import BadInput
from planning.plan import Plan
from resolvers.request import Request
from schema.catalog import suggestion
from schema.oidb import GRANULE
from schema.oidb_search import FILTERS, Filter, FilterKind

PER_PAGE, DEFAULT_ORDER = 25, "t_min"
"""Rows of a page by default."""
ALL, OR = "all", "or"
CONTROLS = ("order", "page", "perpage", ALL, *FORMATS, "maxrec", "links")
FILTER_BY_NAME = {one.name: one for one in FILTERS}
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


def _search_parameters(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Collect the values of each parameter.

    Raises
    ------
    BadInput
        OiDB's `or` stands between different filters; between values of one filter it is allowed.
    """
    groups: list[set[str]] = [set()]
    for name, _ in pairs:
        if name.lower() == OR:
            groups.append(set())
        elif name.lower() in FILTER_BY_NAME:
            groups[-1].add(name.lower())
    if len([group for group in groups if group]) > 1 and len(set().union(*groups)) > 1:
        message = "or between different filters is not offered here, but by /graphql: granules(where: {or: [{…}, {…}]})"
        raise BadInput(message)
    return repeated_values(
        (name, "yes" if name.lower() == ALL else value) for name, value in pairs if name.lower() != OR
    )


def parse_oidb_search(pairs: Sequence[tuple[str, str]], accept: str | None, largest: int) -> Search:
    """Read the parameters; values of a repeated filter are alternatives. Raises `BadInput`.

    Parameters
    ----------
    pairs : Sequence[tuple[str, str]]
        The parameters as they come.
    accept : str | None
        The header of that name, which counts where RESPONSEFORMAT is not given.
    largest : int
        Most rows to return.
    """
    parameters = _search_parameters(pairs)
    for name in parameters:
        if name not in FILTER_BY_NAME and name not in CONTROLS:
            message = f"OiDB's search has no {name[:40]!r}{suggestion(name, [*FILTER_BY_NAME, *CONTROLS])}"
            raise BadInput(message)
    singles = selected_values(parameters, "page", "perpage", "maxrec")
    size = int_parameter(singles, "perpage", PER_PAGE, 1, LARGEST)
    page = int_parameter(singles, "page", 1, 1, LARGEST)
    paged = ALL not in parameters
    filters = {
        FILTER_BY_NAME[name].graphql: _value(FILTER_BY_NAME[name], values)
        for name, values in parameters.items()
        if name in FILTER_BY_NAME
    }
    variables: dict[str, Any] = {
        "search": filters, "orderBy": [_order(term) for term in parameters.get("order", (DEFAULT_ORDER,))],
        "first": min(size if paged else int_parameter(singles, "maxrec", largest, 0, LARGEST), largest),
    }  # fmt: skip
    form = negotiate(format_name(selected_values(parameters, *FORMATS)), accept, TABLEDATA)
    return Search(Request(DOCUMENT, None, variables), min((page - 1) * size, LARGEST) if paged else 0, form)


def _value(filter_: Filter, values: Sequence[str]) -> Any:
    return _PARSERS[filter_.kind](filter_, values) if filter_.kind in _PARSERS else [*values]


def _split(_filter: Filter, values: Sequence[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _numbers(filter_: Filter, values: Sequence[str]) -> list[int]:
    """Integers; OiDB also accepts `id=id:123`."""
    prefix = f"{filter_.name}:" if filter_.kind is FilterKind.NUMBERS else ""
    words = [word.removeprefix(prefix) for word in _split(filter_, values)]
    return [int_parameter({filter_.name: word}, filter_.name, 0, 0, LARGEST) for word in words]


def _only(filter_: Filter, values: Sequence[str]) -> str:
    if len(values) > 1:
        message = f"{filter_.name} is given {len(values)} times: once is wanted"
        raise BadInput(message)
    return values[0]


def _flag(filter_: Filter, values: Sequence[str]) -> bool:
    text = _only(filter_, values).lower()
    if text not in FLAGS:
        message = f"{filter_.name} is {text[:40]!r}: yes or no is wanted"
        raise BadInput(message)
    return FLAGS[text]


_PARSERS: Mapping[FilterKind, Callable[[Filter, Sequence[str]], Any]] = {
    FilterKind.CATEGORIES: _split,
    FilterKind.BANDS: _split,
    FilterKind.LEVELS: _numbers,
    FilterKind.NUMBERS: _numbers,
    FilterKind.CONE: _only,
    FilterKind.DATES: _only,
    FilterKind.RELEASED: _flag,
}


def _order(term: str) -> dict[str, str]:
    """A column of granules, descending unless `^` precedes it (OiDB's `order=[^]column`)."""
    sortable = {column.sql: column for column in GRANULE.columns if column.type.orderable}
    column = sortable.get(term.removeprefix("^"))
    if column is None:
        hint = (
            suggestion(term.removeprefix("^"), list(sortable)) or ": a column of granules is wanted, as t_min or ^t_min"
        )
        message = f"order is {term[:40]!r}{hint}"
        raise BadInput(message)
    return {column.graphql: "ASC" if term.startswith("^") else "DESC_NULLS_LAST"}


FIELDS = " ".join(column.graphql for column in GRANULE.columns)
DOCUMENT = (
    "query Search($search: OidbSearch, $orderBy: [GranuleOrder!], $first: Int) "
    f"{{ granules(search: $search, orderBy: $orderBy, first: $first) {{ nodes {{ {FIELDS} }} }} }}"
)
