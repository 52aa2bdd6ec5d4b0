"""A page of matches that are all in memory, as `crossmatch` and `search` answer: its edges, and where it stands."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from schema.object_types import PageInfo

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class MatchEdge:
    """A match, as the fields of its GraphQL type read it, and its cursor."""

    cursor: str
    node: dict[str, Any]


@dataclass(frozen=True)
class MatchPage(Generic[Found]):
    """Matches and the bounds of the page, with a property for each field of the connection."""

    matches: Sequence[Found]
    """All of them, in their order."""
    start: int
    """Index of the first match of the page."""
    limit: int
    """Most matches of the page."""

    @abstractmethod
    def edge(self, match: Found) -> MatchEdge:
        """A match with its cursor."""

    @cached_property
    def edges(self) -> list[MatchEdge]:
        """The matches of the page with their cursors."""
        return [self.edge(match) for match in self.matches[self.start : self.start + self.limit]]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """The matches of the page."""
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfo:
        """Whether there are pages before and after, and the cursors of its ends."""
        edges = self.edges
        ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
        more = self.start + len(edges) < len(self.matches)
        return PageInfo(has_next_page=more, has_previous_page=self.start > 0, start_cursor=ends[0], end_cursor=ends[1])
