"""A source killed and restarted again and again: nothing that did without it is lost, and it is soon back each time."""

import httpx
import pytest
from door import Apart, Door
from waiting import BUSY

from bench.failures import flap

pytestmark = pytest.mark.timed

TIMES = 4


async def test_a_source_that_comes_and_goes(apart: Apart, door: Door) -> None:
    async with door.client(limits=httpx.Limits(max_connections=40)) as client:
        outcome = await flap(client, apart.portal.crash, apart.portal.start, TIMES)
    assert outcome.load.lost == []
    assert outcome.load.codes == {"SOURCE_UNAVAILABLE obsportal"}
    assert outcome.load.refused > TIMES
    assert outcome.load.asked > 100
    assert max(outcome.recovery) < BUSY * 3
