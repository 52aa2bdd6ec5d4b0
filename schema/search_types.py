"""Search as one types in GraphQL: pages of matches."""

import strawberry

from schema.input_types import enumeration_type
from schema.object_types import PageInfo, row_class
from schema.search import KINDS, MATCH

SearchKind = enumeration_type(KINDS)
Node = row_class(MATCH)


@strawberry.type(description="A match and its cursor")
class SearchEdge:
    """A match of a page, with its cursor."""

    cursor: str = strawberry.field(description="Where the match stands, for after")
    node: Node = strawberry.field(description="The match")  # type: ignore[valid-type]


@strawberry.type(description="A page of matches, the best first, and of those that match as well the brightest star")
class SearchConnection:
    """Type of the field `search`."""

    nodes: list[Node] = strawberry.field(description="The matches of this page")  # type: ignore[valid-type]
    edges: list[SearchEdge] = strawberry.field(description="The matches of this page, each with its cursor")
    page_info: PageInfo = strawberry.field(description="Where this page stands")
