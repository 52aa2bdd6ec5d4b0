"""Each client has its own rate, whatever the others ask."""

from pathlib import Path

import httpx
import pytest
from door import opened
from refusal import Refusal

from gateway.door import Doors
from gateway.middleware.rate import CLIENTS, LocalMoments, Moments, RateLimit
from gateway.workers.shared_moments import SharedMoments
from sample.federation import Federation

QUERY = {"query": "{ __typename }"}


def limiter(rate: float, burst: int, moments: Moments | None = None) -> RateLimit:
    return RateLimit(lambda *_: None, Doors(()), rate, burst, moments or LocalMoments())  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("moments", [LocalMoments, SharedMoments])
def test_a_burst_then_the_rate(moments: type[Moments]) -> None:
    limit = limiter(2, 4, moments())
    assert [limit.wait("a", 100.0) for _ in range(7)] == [0, 0, 0, 0, 0, 1, 1]
    assert limit.wait("b", 100.0) == 0, "another client is not concerned"
    assert [limit.wait("a", 100.5) for _ in range(2)] == [0, 1]
    assert [limit.wait("a", 1000.0) for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_workers_count_together() -> None:
    shared = SharedMoments()
    first, second = limiter(2, 1, shared), limiter(2, 1, shared)
    assert [limit.wait("a", 100.0) for limit in (first, second, first, second)] == [0, 0, 1, 1]


def test_it_says_how_long_to_wait() -> None:
    limit = limiter(0.1, 1)
    assert [limit.wait("a", 0.0) for _ in range(3)] == [0, 0, 10]
    assert limit.wait("a", 9.0) == 1
    assert limit.wait("a", 10.0) == 0


def test_memory_is_bounded() -> None:
    limit = limiter(1, 0)
    for number in range(CLIENTS + 10):
        limit.wait(str(number), 0.0)
    assert limit.wait(str(CLIENTS), 0.0) == 1
    assert limit.wait("0", 0.0) == 0, "forgotten"


async def test_clients_are_told_apart_by_their_address(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", rate=0.01, burst=2) as door:
        async with door.client() as client:

            async def ask(address: str, path: str = "/graphql") -> httpx.Response:
                return await client.get(path, params=QUERY, headers={"X-Forwarded-For": address})

            assert [(await ask("192.0.2.1")).status_code for _ in range(3)] == [200, 200, 200]
            refused = await ask("192.0.2.1")
            refusal = Refusal(refused)
            assert (refusal.status, refusal.codes) == (429, ["RATE_LIMITED"])
            assert 90 <= int(refused.headers["retry-after"]) <= 100
            assert refused.headers["cache-control"] == "no-store"
            assert Refusal(await ask("192.0.2.1", "/scs/jsdc.star")).kind == "application/x-votable+xml"
            assert [(await ask("192.0.2.1", path)).status_code for path in ("/livez", "/readyz")] == [200, 200]
            networks = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8:0:1::1"]
            assert [(await ask(address)).status_code for address in networks] == [200, 200, 200, 429, 200]
            mapped = [(await ask(address)).status_code for address in ("::ffff:192.0.2.1", "::ffff:192.0.2.9")]
            assert mapped == [429, 200], "an IPv4 address is itself, however it is written"
            here = [(await client.get("/graphql", params=QUERY)).status_code for _ in range(4)]
            assert here == [200, 200, 200, 429], "this machine is a client as any other"
