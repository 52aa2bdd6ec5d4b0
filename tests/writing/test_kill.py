"""Gateway, source and hub killed amid mutations: no half of one is left, and none is done twice when it is asked again."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from filled import federated, filled
from people import served
from serving import PATIENT

from bench.kills import amid_kills
from bench.mortal import MortalCluster, MortalGateway
from bench.mutations import SHARED, WRITER, Mutators, shared_entries
from gateway.commands.demo_people import login_settings
from hub.installation import readdress
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import Federation

pytestmark = pytest.mark.timed

MUTATIONS, AT_ONCE = 200, 24


@pytest.fixture
def apart(originals: Path) -> Iterator[tuple[Cluster, Cluster, Federation]]:
    """A hub, and SPICA-DB on a server of its own: the same files twice, of which each has what it needs."""
    with ExitStack() as stack:
        hub, source = (stack.enter_context(filled(find_binaries(), originals)) for _ in range(2))
        made, other = federated(hub), federated(source)
        moved = replace(
            made,
            readers=made.readers | {"spica": other.readers["spica"]},
            sources=made.sources | {"spica": other.sources["spica"]},
        )
        asyncio.run(readdress(moved.owner, moved.readers))
        yield hub, source, moved


@pytest.fixture
async def killed_gateway(apart: tuple[Cluster, Cluster, Federation]) -> AsyncIterator[tuple[MortalGateway, str]]:
    federation = apart[2]
    told = {"GATEWAY_HUB": federation.hub, "GATEWAY_SPICA_WRITER": federation.source_writers["spica"]}
    with served() as provider:
        settings = (
            told | login_settings(provider) | {"GATEWAY_FIGURES": "False", "GATEWAY_SILENCE_SECONDS": str(PATIENT)}
        )
        gateway = MortalGateway(settings)
        try:
            await gateway.rise()
            yield gateway, provider.token(WRITER)
        finally:
            gateway.kill()


async def test_nothing_is_half_done_lost_or_done_twice(
    apart: tuple[Cluster, Cluster, Federation], killed_gateway: tuple[MortalGateway, str]
) -> None:
    hub, source, federation = apart
    gateway, token = killed_gateway
    owner = await asyncpg.connect(federation.sources["spica"])
    entries = await shared_entries(owner, SHARED)
    await owner.close()
    mutators = Mutators(gateway.url, token, entries, MUTATIONS, AT_ONCE)
    mortals = [gateway, MortalCluster(source), MortalCluster(hub)]
    killed = await amid_kills(mutators, mortals, federation.sources["spica"])
    assert (killed.wrong, mutators.refused) == ([], [])
    assert mutators.answered.total() == MUTATIONS
    assert mutators.unanswered >= len(mortals), "each was in the middle of some"
