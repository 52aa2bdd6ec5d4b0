"""`/web`: built files, in the coding that is accepted, kept for good."""

import gzip
from pathlib import Path

import httpx
import pytest

from adapters.page.built_files import BUILT, documents, loaded

PACKED = sorted(BUILT.rglob("*.gz"))


@pytest.mark.parametrize("packed", PACKED, ids=lambda packed: packed.name)
def test_what_is_packed_is_what_was_built(packed: Path) -> None:
    assert gzip.decompress(packed.read_bytes()) == packed.with_suffix("").read_bytes()
    assert packed.with_suffix(".br").exists()


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0", None)]
)
async def test_a_file_comes_in_the_coding_that_is_accepted(
    client: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    (style, *_) = loaded().styles
    async with client.stream("GET", style, headers={"accept-encoding": accepted}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "accept-encoding" in answer.headers["vary"].lower()
    suffix = {"br": ".br", "gzip": ".gz"}.get(coding or "", "")
    assert raw == (BUILT / f"{style.removeprefix('/web/')}{suffix}").read_bytes()


@pytest.mark.parametrize("name", ["x" * 3000, "%00", "nothing.js", "..%2Fpages.json%2F..%2F..%2F..%2F__init__.py"])
async def test_what_is_no_file_is_not_there(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/web/assets/{name}", headers={"accept-encoding": "gzip, br"})
    assert answer.status_code == 404


def test_documents_come_with_the_pages() -> None:
    assert len(documents()) > 50
