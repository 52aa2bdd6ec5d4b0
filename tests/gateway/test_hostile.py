"""Some seconds of `python -m bench hostile`: every attack at once, beside ordinary clients. How long answers take is for the bench."""

from pathlib import Path
from statistics import median

import pytest
from door import opened
from waiting import within

from bench.client import get, post
from bench.hostile import attacked, watched
from bench.servers import ServerProcess
from sample.federation import Federation

pytestmark = pytest.mark.timed

REQUESTS = (
    get("/scs/jsdc.star", RA=344.4127, DEC=-29.6222, SR=1),
    post('{ star(name: "HD 48329") { name } }'),
    get("/tap/sync", LANG="ADQL", QUERY="SELECT TOP 5 Name FROM jsdc.star"),
)
LONGEST = 10.0
"""Seconds of an ordinary answer, on a busy machine."""


async def test_all_attacks_at_once_hold_nobody(federation: Federation, tmp_path: Path) -> None:
    settings = {"hub_jobs": federation.jobs, "spool": tmp_path / "spool", **federation.readers}
    with opened(federation.hub, tmp_path / "log", **settings) as door:
        server = ServerProcess(door.url, door.process)
        async with attacked(door.url), door.client() as client:

            async def at_work() -> bool:
                return "subscriptions" in (await client.get("/health")).json()["Refused by share"]

            await within(at_work, 20)
            seen = await watched(server, REQUESTS, 6)
    # Beside ten attackers on a busy machine some are told to come back; nobody is told anything else.
    assert ([wrong[:80] for wrong in seen.wrong if " 503 " not in wrong[:20]], seen.down) == ([], 0)
    assert len(seen.times) > 10
    assert median(seen.times) < 1000 * LONGEST
