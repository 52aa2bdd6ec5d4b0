"""Simple Cone Search 1.03: RA, DEC, SR, VERB, MAXREC → a stored GraphQL document and its variables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.votable.parameters import LARGEST, Parameters, number, whole
from planning.errors import NotFound
from resolvers.operation import Request
from schema.catalog import Index, suggestion
from schema.table import Column, Quantity, Table

POSITIONED = Index(lambda table: table.qualified if table.position else None)
DEFAULT_VERBOSITY = 2


@dataclass(frozen=True, slots=True)
class ConeSearch:
    """What was asked: a document, and how many rows at most."""

    table: Table
    request: Request
    limit: int


def cone_search(name: str, parameters: Parameters, largest: int) -> ConeSearch:
    """Read the parameters; raises `NotFound` for a table without a position, `BadInput`.

    SR = 0 or MAXREC = 0 asks for the columns without rows (section 2.2.1), which is a limit of 0. A table may have
    further parameters (`Table.cone_filters`), as CALFLAG of JSDC's stars.
    """
    table = POSITIONED.get(name)
    if table is None:
        message = f"There is no cone search of {name[:60]!r}{suggestion(name, list(POSITIONED))}"
        raise NotFound(message)
    cone = {
        "ra": number(parameters, "RA", 0, 360),
        "dec": number(parameters, "DEC", -90, 90),
        "radius": number(parameters, "SR", 0, 180),
    }
    verbosity = whole(parameters, "VERB", DEFAULT_VERBOSITY, 1, 3)
    limit = 0 if cone["radius"] == 0 else whole(parameters, "MAXREC", largest, 0, LARGEST)
    variables: dict[str, Any] = {"cone": cone, "first": min(limit, largest)}
    filters = [one for one in table.cone_filters if one.parameter.lower() in parameters]
    if filters:
        variables["where"] = {one.field: {"eq": whole(parameters, one.parameter, 0, 0, one.largest)} for one in filters}
    return ConeSearch(table, Request(document(table, verbosity), None, variables), min(limit, largest))


@cache
def document(table: Table, verbosity: int) -> str:
    """The GraphQL document of a cone search: VERB 1 key, name and place, VERB 2 the principal columns, VERB 3 all."""
    fields = " ".join(_fields(table, verbosity))
    listed = f"{table.plural}(cone: $cone, where: $where, first: $first) {{ nodes {{ {fields} }} }}"
    return f"query ConeSearch($cone: Cone!, $where: {table.type_name}Filter, $first: Int) {{ {listed} }}"


def _fields(table: Table, verbosity: int) -> list[str]:
    found = []
    for member in table.members:
        if isinstance(member, Quantity):
            parts = [name for name, column in _parts(member).items() if column and _shown(table, column, verbosity)]
            found += [f"{member.graphql} {{ {' '.join(parts)} }}"] if parts else []
        elif _shown(table, member, verbosity):
            found.append(member.graphql)
    return found


def _parts(quantity: Quantity) -> dict[str, Column | None]:
    return {
        "value": quantity.value,
        "error": quantity.error,
        "origin": quantity.origin,
        "confidence": quantity.confidence,
    }


def _shown(table: Table, column: Column, verbosity: int) -> bool:
    identifying = column is table.key or column.ucd == "meta.id;meta.main" or column in (table.position or ())
    return identifying or verbosity == 3 or (verbosity == 2 and column.principal)
