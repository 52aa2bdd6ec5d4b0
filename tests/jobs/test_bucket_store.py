"""The spool in a bucket, against moto's server in an environment of its own: what a directory promises, it promises too."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from obstore.store import S3Store
from places import Place, Work, blocks, content, hundred
from waiting import until

from jobs import bucket
from jobs.bucket import PART, BucketStore, open_bucket
from jobs.job import Phase
from jobs.limits import JobLimits
from jobs.results import ResultStoreFull, opened
from jobs.service import open_job_service
from localpg.options import LOOPBACK, free_port
from planning.errors import Internal
from sample.federation import Federation

MOTO = Path(__file__).parents[2] / ".venv/storage/bin/moto_server"
KEYS = {"AWS_ACCESS_KEY_ID": "gateway", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}
LARGE = PART + 1_000_000


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    assert MOTO.exists(), "make test installs it: make .venv/storage/.installed"
    url = f"http://{LOOPBACK}:{(port := free_port())}"
    with subprocess.Popen([MOTO, "-H", LOOPBACK, "-p", str(port)], stderr=subprocess.DEVNULL) as server:
        until(lambda: _made(f"{url}/spool"), 30)
        yield url
        server.terminate()


def _made(address: str) -> bool:
    try:
        return httpx.put(address).status_code == 200
    except httpx.ConnectError:
        return False


@pytest.fixture(autouse=True)
def there(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where AWS's own tools look for it too."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def spool(request: pytest.FixtureRequest) -> BucketStore:
    return open_bucket(f"s3://spool/{request.node.name}", 2 * PART + 10_000)


def begun(endpoint: str) -> int:
    """Objects that are being written, or were and nobody has ended."""
    return httpx.get(f"{endpoint}/spool?uploads").text.count("<UploadId>")


async def slowly(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    await asyncio.sleep(60)


async def test_a_file_is_kept_whole_and_read_in_parts(spool: BucketStore) -> None:
    part = bytes(range(256)) * (PART // 256)
    assert await spool.write("job", "result.1", blocks(part, b"", part, b"end")) == 2 * PART + 3
    assert spool.used(["job", "none"]) == 2 * PART + 3
    found = spool.find("job", "result.1")
    assert found
    assert found.size == 2 * PART + 3
    assert found.read(PART - 2, 4) == b"\xfe\xff\x00\x01"
    with opened(found) as file:
        assert file.read(3) == b"\x00\x01\x02"
        file.seek(-3, 2)
        assert file.read() == b"end"
    assert await spool.write("job", "empty", blocks()) == 0
    assert content(spool, "job", "empty") == b""
    await spool.remove("job", but="empty")
    assert spool.find("job", "result.1") is None
    await spool.remove("job")
    assert spool.find("job", "empty") is None


async def test_what_is_given_up_leaves_nothing(spool: BucketStore, endpoint: str) -> None:
    writing = asyncio.create_task(spool.write("job", "result.1", slowly(b"x" * LARGE)))
    await asyncio.to_thread(until, lambda: begun(endpoint), 10)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert spool.find("job", "result.1") is None
    assert begun(endpoint) == 0


async def test_there_is_so_much_room_and_no_more(spool: BucketStore, endpoint: str) -> None:
    await spool.write("one", "result.1", blocks(b"x" * LARGE))
    with pytest.raises(ResultStoreFull, match="no room left"):
        await spool.write("two", "result.1", blocks(b"x" * PART))
    with pytest.raises(ResultStoreFull, match="your share of the room"):
        await spool.write("two", "upload.1", blocks(b"x" * 101), hundred)
    assert begun(endpoint) == 0
    assert spool.find("two", "result.1") is None


async def test_an_error_of_the_rows_is_theirs(spool: BucketStore, endpoint: str) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * LARGE
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await spool.write("job", "result.1", broken())
    assert begun(endpoint) == 0


async def test_a_bucket_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "RETRIES", {"max_retries": 0})
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{LOOPBACK}:1")
    with pytest.raises(OSError, match="PUT"):
        open_bucket("s3://spool/away", 1)
    away = BucketStore("", S3Store.from_url("s3://spool/away", client_options=bucket.CLIENT), "name", 10**9)
    monkeypatch.setattr("jobs.bucket.BucketStore._free_bytes", lambda _store: 10**9)
    with pytest.raises(Internal, match="cannot keep results"):
        await away.write("job", "result.1", blocks(b"x"))
    await away.remove("job")


async def test_jobs_run_over_it_and_are_swept(
    spool: BucketStore, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    async with open_job_service(federation.jobs, spool, JobLimits(), work.run, 1) as service:
        assert service.spool.name != spool.name == open_bucket(spool.url, 1).name
        job = await service.wait_until_ended((await Place(service, work).started("one")).id, 30)
        assert job.phase is Phase.COMPLETED
        assert content(service.spool, job.id, job.result) == b"one"
        assert service.spool.old_entries() == []
        monkeypatch.setattr(bucket, "GRACE", -60.0)
        assert service.spool.old_entries() == [job.id]
        await service.destroy(job.id)
        assert service.spool.used([job.id]) == 0
