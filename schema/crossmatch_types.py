"""Cross-match in GraphQL: its mode, and pages of matches."""

from enum import Enum

import strawberry

from schema.crossmatch import MATCH, TABLES
from schema.input_types import enumeration_type
from schema.object_types import PageInfo, row_class
from schema.scalars import Json


@strawberry.enum(description="Which matches of a position are told")
class CrossmatchMode(Enum):
    """Type of the argument `mode`."""

    BEST = strawberry.enum_value("BEST", description="The nearest row of each table")
    ALL = strawberry.enum_value("ALL", description="Every row within the radius")


MatchTable = enumeration_type(TABLES)
Node = row_class(MATCH)


@strawberry.type(description="A match and its cursor")
class CrossmatchEdge:
    """A match of a page, with its cursor."""

    cursor: str = strawberry.field(description="Where the match stands, for after")
    node: Node = strawberry.field(description="The match")  # type: ignore[valid-type]


@strawberry.type(description="A page of matches, in the order of positions, tables and separations")
class CrossmatchConnection:
    """Type of the field `crossmatch`."""

    nodes: list[Node] = strawberry.field(description="The matches of this page")  # type: ignore[valid-type]
    edges: list[CrossmatchEdge] = strawberry.field(description="The matches of this page, each with its cursor")
    page_info: PageInfo = strawberry.field(description="Where this page stands")
    total_count: int = strawberry.field(description="How many matches there are on all pages")
    unmatched_count: int = strawberry.field(description="How many positions have no match at all")
    unmatched: Json = strawberry.field(description="Which positions have no match at all: a list of numbers, from 0")
    rows: Json = strawberry.field(
        description="The matches of all pages, each as [position, table, separation, key], tables numbered as listed"
    )
