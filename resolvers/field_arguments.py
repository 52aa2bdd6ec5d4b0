"""Arguments of the fields of Query and of links, as Strawberry reads them: types with their descriptions."""

from collections.abc import Mapping
from functools import cache
from types import GenericAlias, MappingProxyType
from typing import Annotated, Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from planning import null_filters
from resolvers.aggregate import MOST_GROUPS, SELECTING
from schema.group_input_types import group_arguments
from schema.input_types import Alike, Cone, filter_type, order_type, search_type
from schema.made_types import annotation
from schema.oidb_search import SEARCHES
from schema.region_types import Region
from schema.table import Neighbourhood, Table


@cache
def argument(kind: Any, description: str) -> Any:
    """The type of an argument that may be left out, with its description."""
    return Annotated[kind | None, strawberry.argument(description=description)]


@cache
def named_argument(name: str, kind: Any) -> StrawberryArgument:
    """The argument of a field; one for all fields that have it."""
    return StrawberryArgument(name, None, annotation(kind))


@cache
def page_arguments(table: Table) -> Mapping[str, Any]:
    """The arguments of a page of a table's rows, by name."""
    terms = GenericAlias(list, (order_type(table),))
    args = {
        "first": argument(int, "How many rows, from the start or from after"),
        "after": argument(str, "Start after the row with this cursor"),
        "last": argument(int, "How many rows, from the end or from before"),
        "before": argument(str, "End before the row with this cursor"),
        "where": argument(filter_type(table), "Conditions, all of which must hold"),
        null_filters.ARGUMENT: argument(bool, null_filters.DESCRIPTION),
        "orderBy": argument(terms, "Terms of the order; the key comes last, if it is not among them"),
    }
    args |= {"search": argument(search_type(), "OiDB's search filters")} if table in SEARCHES else {}
    placed = {"cone": argument(Cone, "Where on the sky"), "region": argument(Region, "In which area of the sky")}
    return MappingProxyType(args | (placed if table.position else {}))


def grouping_arguments(table: Table) -> dict[str, Any]:
    """The arguments of groups of a table's rows, by name."""
    page = page_arguments(table)
    args = {name: argument(kind, about) for name, (kind, about) in group_arguments(table, MOST_GROUPS).items()}
    return args | {name: page[name] for name in SELECTING if name in page}


def fitness(bridge: Neighbourhood) -> dict[str, Any]:
    """The arguments that say which neighbours are fit to be calibrators, by name."""
    radius = f"How far from the star, degrees, up to {bridge.widest:g}; {bridge.radius:g} if not said"
    return {
        "radius": argument(float, radius),
        "maxDiameter": argument(float, "Largest limb-darkened diameter, mas"),
        "maxChi2": argument(float, "Largest reduced χ² of the diameter (LDD_chi2)"),
        "irFlag": argument(int, "IRFlag that they have: 0 for no infrared excess, not extended, not variable"),
        "alike": argument(Alike, "How close in magnitude to the star"),
        "includeUnexamined": argument(bool, "Whether stars without a CalFlag, not examined, come too; if not said no"),
    }
