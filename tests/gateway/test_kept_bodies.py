"""What a request has sent is let go with its answer, without waiting for Python's garbage collection."""

import gc
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

LARGE = 3_000_000
VALUES = b'{"query": "{ __typename }", "variables": {"v": [' + b"1," * (LARGE // 4) + b"1]}}"
"""More values than are decoded."""
TIMES = 4
REFUSED = {
    "GraphQL, too many values": ("/graphql", "application/json", VALUES, 400),
    "GraphQL, no JSON": ("/graphql", "application/json", b"{" + b" " * LARGE, 400),
    "GraphQL, no object": ("/graphql", "application/json", b'"' + b"x" * LARGE + b'"', 400),
    "GraphQL, too long a document": ("/graphql", "application/json", b'{"query": "' + b"x" * LARGE + b'"}', 413),
    "GraphQL, no such document": (
        "/graphql", "application/json", b'{"documentId": "none", "variables": {"v": "' + b"x" * LARGE + b'"}}', 400,
    ),
    "GraphQL, no such field": (
        "/graphql", "application/json", b'{"query": "{ no }", "variables": {"v": "' + b"x" * LARGE + b'"}}', 400,
    ),
    "ADQL, too long": ("/tap/sync", "application/x-www-form-urlencoded", b"QUERY=" + b"x" * 250_000, 400),
    "ADQL, no ADQL": ("/tap/sync", "application/x-www-form-urlencoded", b"LANG=ADQL&QUERY=" + b"x " * 100_000, 400),
}  # fmt: skip


@pytest.fixture
def traced() -> Iterator[None]:
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.enable()


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("what", REFUSED)
async def test_a_refused_body_is_let_go(client: httpx.AsyncClient, what: str) -> None:
    path, kind, body, status = REFUSED[what]
    for _ in range(TIMES):
        answer = await client.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code == status, answer.text[:300]
    kept = [trace for trace in tracemalloc.take_snapshot().traces if 0.8 < trace.size / len(body) < 1.3]
    assert len(kept) < TIMES, kept
