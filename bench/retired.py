"""Retired goals: the cost of PostgreSQL's rows alone exceeds them."""

from dataclasses import dataclass

from bench.quantities import quantities

BARE = "bare `json_agg` endpoint"


@dataclass(frozen=True, slots=True)
class Retired:
    """A goal that was set against a peer and is no longer."""

    question: str
    peer: str
    least: float
    """How many times faster than the peer it asked for."""

    def reached(self, theirs: str, bare: str) -> str:
        """How many times faster than the peer the bare endpoint is, from the time of each."""
        peer, rows = quantities(theirs)[0], quantities(bare)[0]
        return f"{peer.value / rows.value:.2g}× faster"


_RETIRED = (
    Retired("GraphQL, 100 rows with up to 20 below each, local", "Strawberry with DataLoader", 12),
    Retired("GraphQL, 100 rows with up to 20 below each, local", "PostGraphile 5", 4),
    Retired("GraphQL, 100 rows with up to 20 below each, foreign", "Strawberry with DataLoader", 7),
)
GOALS = {(goal.question, goal.peer): goal for goal in _RETIRED}
"""By question and peer."""
