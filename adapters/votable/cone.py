"""Simple Cone Search 1.03: RA, DEC, SR, VERB, MAXREC → a stored GraphQL document and its variables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.positioned import positioned_table
from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import (
    LARGEST,
    Parameters,
    float_parameter,
    format_name,
    int_parameter,
    radius_parameter,
)
from resolvers.request import Request
from schema.catalog import Catalog
from schema.column import Column, Quantity
from schema.table import Table

DEFAULT_VERBOSITY = 2


@dataclass(frozen=True, slots=True)
class ConeSearch:
    """A cone search, read: the stored document that answers it, with its variables, and the format of the answer."""

    request: Request
    format: Negotiated


def parse_cone_search(
    catalog: Catalog, name: str, parameters: Parameters, accept: str | None, largest: int
) -> ConeSearch:
    """Read a cone search of the table with this qualified name.

    Parameters
    ----------
    parameters
        RA, DEC and SR in ICRS degrees, SR from 180 on the whole sky; VERB, MAXREC and the name of a format. SR = 0 or
        MAXREC = 0 asks for the columns without rows (section 2.2.1). A table may have further ones
        (`Table.cone_filters`), as CALFLAG of JSDC's stars.
    accept
        The header of that name, which counts where no format is named.
    largest
        Rows of an answer at most.

    Raises
    ------
    NotFound
        There is no such table, or it has no position.
    BadInput
        A parameter is missing or wrong.
    """
    table = positioned_table(catalog, name, "cone search")
    cone = {
        "ra": float_parameter(parameters, "RA", 0, 360),
        "dec": float_parameter(parameters, "DEC", -90, 90),
        "radius": radius_parameter(parameters, "SR"),
    }
    verbosity = int_parameter(parameters, "VERB", DEFAULT_VERBOSITY, 1, 3)
    limit = 0 if cone["radius"] == 0 else int_parameter(parameters, "MAXREC", largest, 0, LARGEST)
    variables: dict[str, Any] = {"cone": cone, "first": min(limit, largest)}
    filters = [item for item in table.cone_filters if item.parameter.lower() in parameters]
    if filters:
        where = {item.field: {"eq": int_parameter(parameters, item.parameter, 0, 0, item.largest)} for item in filters}
        variables["where"] = where
    form = negotiate(format_name(parameters), accept, TABLEDATA)
    return ConeSearch(Request(cone_document(table, verbosity), None, variables), form)


@cache
def cone_document(table: Table, verbosity: int) -> str:
    """The GraphQL document of a cone search: VERB 1 key, name and place, VERB 2 the principal columns, VERB 3 all."""
    fields = " ".join(_fields(table, verbosity))
    connection = f"{table.plural}(cone: $cone, where: $where, first: $first) {{ nodes {{ {fields} }} }}"
    return f"query ConeSearch($cone: Cone!, $where: {table.type_name}Filter, $first: Int) {{ {connection} }}"


def _fields(table: Table, verbosity: int) -> list[str]:
    fields = []
    for member in table.members:
        if isinstance(member, Quantity):
            inner = [name for name, column in member.parts.items() if column and _shown(table, column, verbosity)]
            fields += [f"{member.graphql} {{ {' '.join(inner)} }}"] if inner else []
        elif _shown(table, member, verbosity):
            fields.append(member.graphql)
    return fields


def _shown(table: Table, column: Column, verbosity: int) -> bool:
    identifying = column is table.key or column.ucd == "meta.id;meta.main" or column in (table.position or ())
    return identifying or verbosity == 3 or (verbosity == 2 and column.principal)
