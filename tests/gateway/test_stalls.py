"""Nothing runs for long in the event loop: the longest stall while requests at the edge of a limit are answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from door import opened
from waiting import BUSY

from bench.edges import edges
from bench.heartbeat import LAYOUT
from bench.servers import HEARTBEAT, ServerProcess
from bench.stalls import LONGEST, Stall, Watched, stalled
from sample.federation import Federation

pytestmark = pytest.mark.timed

TRIES = 3
"""A busy machine may be slow, but not each time."""
AT_THE_EDGE = {
    "GraphQL, 100 000 positions": "200",
    "GraphQL, where: 8 MB of and": "400",
    "GraphQL, where: 500 conditions of and": "200",
    "GraphQL, where: 4 990 objects of and": "200",
    "GraphQL, in: 100000 numbers": "200",
    "GraphQL, in: 100000 texts": "200",
    "GraphQL, orderBy: 8 MB": "400",
    "GraphQL, variables that nobody asked for, 8 MB": "400",
    "GraphQL, variables that nobody asked for, 39 000": "200",
    "GraphQL, 110 000 lists that nobody asked for": "200",
    "GraphQL, a text of 10000": "200",
    "GraphQL, _entities: 4900": "200",
    "GraphQL, _entities: 4900 bad ones": "200",
    "GraphQL, introspection": "200",
    "GraphQL, introspection, 20 times": "200",
    "GraphQL, 20 lists of 1 000 rows": "200",
    "GraphQL, 10 errors at each of 1 000 rows": "200",
    "GraphQL, a list of 3 900 numbers": "200",
    "/sia, 9000 areas": "400",
    "/sia, 50 areas": "200",
    "/sia, 4900 identifiers": "200",
    "/sia, 100 intervals": "200",
    "/sia, 4900 intervals": "400",
    "/scs/jsdc.star, 16000 fields": "400",
    "/oai, 999 fields": "200",
    "/datalink/links, 99 000 identifiers": "200",
    "/datalink/links, a value of % escapes": "400",
    "/scs/jsdc.star, a form of 900 parts": "400",
}
"""Requests, and how they are answered. To a client of GraphQL as it was, a refusal is a 200."""


@pytest.fixture(scope="module")
def watched(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder: Path = tmp_path_factory.mktemp("watched")
    pulse = folder / "pulse"
    pulse.write_bytes(bytes(LAYOUT.size))
    told = {"hub_jobs": federation.jobs, "spool": folder / "spool", "rate": 0}
    with opened(federation.hub, folder / "log", str(HEARTBEAT), str(pulse), **told) as door:
        yield Watched(ServerProcess(door.url, door.process), pulse)


async def test_nothing_at_the_edge_of_a_limit_stops_the_loop(watched: Watched) -> None:
    found: dict[str, Stall] = {}
    for edge in edges():
        if edge.title in AT_THE_EDGE:
            tries = [await stalled(watched, edge)]
            while tries[-1].stall > LONGEST and len(tries) < TRIES:
                tries.append(await stalled(watched, edge))
            found[edge.title] = min(tries, key=lambda tried: tried.stall)
    assert found.keys() == AT_THE_EDGE.keys()
    assert {title: stall.status for title, stall in found.items()} == AT_THE_EDGE
    slow = {title: round(stall.stall) for title, stall in found.items() if stall.stall > LONGEST * BUSY}
    assert not slow
