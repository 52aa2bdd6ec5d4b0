"""The servers of the wide set: 2.5 million stars on a PostgreSQL of each kind, set as the demo sets it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.full.plans import AUTO_EXPLAIN, PlanLog
from gateway.commands.demo import SERVER
from localpg.binaries import Choice, find_binaries
from localpg.cluster import Cluster
from localpg.places import cache_home
from sample.federation import Federation, build_federation

STARS = 2_500_000
KINDS: tuple[Choice, ...] = ("wheel", "system")


@dataclass(frozen=True, slots=True)
class FullServer:
    """A server with its databases."""

    kind: str
    server: str
    """PostgreSQL's version, where it comes from, and its spatial extension."""
    federation: Federation
    log: PlanLog | None
    """Where it writes slow plans; None where it does not."""


@contextmanager
def started(kind: Choice, stars: int) -> Iterator[FullServer]:
    """Start a server over the data that an earlier run has left in the cache directory, or make them."""
    data = cache_home() / f"full-{kind}-{stars}"
    binaries = find_binaries(kind, data)
    with Cluster(binaries, data, settings={**SERVER, **AUTO_EXPLAIN}) as cluster:
        federation = asyncio.run(build_federation(cluster, stars, lambda _what, _part: None))
        server = f"PostgreSQL {binaries.major} ({binaries.kind}), {binaries.spatial}"
        yield FullServer(kind, server, federation, PlanLog(cluster.log))


@contextmanager
def running(path: Path) -> Iterator[FullServer]:
    """A server that runs already; the file has what `Federation` has, as JSON, and may have more."""
    known = json.loads(path.read_text())
    federation = Federation(**{name: known[name] for name in Federation.__dataclass_fields__})
    yield FullServer(path.stem, f"of {path}", federation, None)
