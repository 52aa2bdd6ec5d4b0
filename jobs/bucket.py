"""The result store as a bucket of object storage that speaks S3: what machines share that share no disk.

obstore 0.12 (MIT; the object_store of Apache Arrow, in Rust) speaks to it: one package without others, which writes an
object in parts from an iterator. It takes address and keys as AWS's own tools do (AWS_ENDPOINT_URL, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the machine's role). An object is there once all its parts are, and one
that is given up leaves none. What a killed process had begun, the bucket's owner has the bucket forget
(`AbortIncompleteMultipartUpload`): it counts for nothing here, and nobody else sees it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from secrets import token_hex
from typing import TYPE_CHECKING

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from hub.sessions import reason
from hub.threads import in_thread
from jobs.results import GRACE, NAME_FILE, Room, bounded, failed

if TYPE_CHECKING:  # there at no other time
    from obstore.store import ClientConfig, RetryConfig

LOG = logging.getLogger(__name__)
PART = 8 << 20
"""Bytes of a part. S3 takes 10 000 of them, of which two are on their way at once."""
GIVING_UP = 10.0
"""Seconds that an object may take to be given up, with its parts."""
CLIENT: "ClientConfig" = {"timeout": "60s", "connect_timeout": "5s", "allow_http": True}
"""Limits of one request; plain HTTP is for addresses that say so, as storage in the same network."""
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
FAILURES = (BaseError, OSError)
"""What obstore raises: what is not there is a `FileNotFoundError`."""


class GivenUpError(Exception):
    """Whoever wrote an object wants it no more."""


@dataclass(frozen=True, slots=True)
class BucketFile:
    """An object."""

    bucket: S3Store
    key: str
    size: int

    def read(self, start: int, size: int) -> bytes:
        """As of `Ranged`."""
        with _answering():
            return bytes(self.bucket.get_range(self.key, start=start, length=size)) if size else b""


@dataclass(frozen=True, slots=True)
class BucketStore:
    """A `ResultStore` that is a bucket, or what in it begins alike: an object's key is the job's identifier and a name.

    Attributes
    ----------
    url : str
        Its address, `s3://bucket/beginning`.
    bucket : S3Store
        The bucket.
    name : str
        Random name, kept in the bucket.
    max_bytes : int
        Limit of the sum of its objects.
    """

    url: str
    bucket: S3Store
    name: str
    max_bytes: int

    def for_hub(self, hub: str) -> "BucketStore":
        """As of `ResultStore`."""
        return open_bucket(f"{self.url}/{hub}", self.max_bytes)

    def find(self, job_id: str, name: str) -> BucketFile | None:
        """As of `ResultStore`."""
        key = f"{job_id}/{name}"
        try:
            with _answering():
                return BucketFile(self.bucket, key, self.bucket.head(key)["size"])
        except FileNotFoundError:
            return None

    async def write(self, job_id: str, name: str, blocks: AsyncIterator[bytes], room: Room | None = None) -> int:
        """As of `ResultStore`."""
        handed = _Handed(bounded(blocks, self._free_bytes, room))
        putting = asyncio.ensure_future(
            self.bucket.put_async(f"{job_id}/{name}", handed.all(), chunk_size=PART, max_concurrency=2)
        )
        try:
            await asyncio.shield(putting)
        except FAILURES as error:
            raise failed(error) from error
        except asyncio.CancelledError:
            handed.give_up()
            with suppress(GivenUpError, TimeoutError, *FAILURES):
                await asyncio.wait_for(putting, GIVING_UP)
            raise
        return handed.size

    async def remove(self, job_id: str, but: str = "") -> None:
        """As of `ResultStore`."""

        def removed() -> None:
            keys = [key for key, *_ in self._objects(job_id) if key != f"{job_id}/{but}"]
            if keys:
                self.bucket.delete(keys)

        try:
            await in_thread(removed)
        except OSError as error:  # they are collected later, as what belongs to no job
            LOG.warning("files of job %s are still in the bucket: %s", job_id, reason(error))

    def old_entries(self) -> list[str]:
        """As of `ResultStore`."""
        latest: dict[str, datetime] = {}
        for key, _, changed in self._objects():
            job_id = key.partition("/")[0]
            latest[job_id] = max(changed, latest.get(job_id, changed))
        long_ago = datetime.now(UTC) - timedelta(seconds=GRACE)
        return [job_id for job_id, changed in latest.items() if changed < long_ago]

    def used(self, job_ids: Iterable[str]) -> int:
        """As of `ResultStore`."""
        return sum(size for job_id in job_ids for _, size, _ in self._objects(job_id))

    def _free_bytes(self) -> int:
        return self.max_bytes - sum(size for _, size, _ in self._objects())

    def _objects(self, job_id: str | None = None) -> Iterator[tuple[str, int, datetime]]:
        """Key, bytes and last change of a job's objects, or of all; raises `OSError`."""
        with _answering():
            for found in chain.from_iterable(self.bucket.list(job_id)):
                if "/" in found["path"]:
                    yield found["path"], found["size"], found["last_modified"]


class _Handed:
    """Blocks as obstore takes them: it asks for one after the other, until they end or are given up."""

    def __init__(self, blocks: AsyncIterator[bytes]) -> None:
        self.size = 0
        self._blocks = blocks
        self._reading: asyncio.Task[bytes | None] | None = None
        self._wanted = True

    def give_up(self) -> None:
        """Have the object not be made."""
        self._wanted = False
        if self._reading:
            self._reading.cancel()

    async def all(self) -> AsyncIterator[bytes]:
        """The blocks; raises `GivenUpError`, upon which obstore takes back what it has sent."""
        while block := await self._next():
            self.size += len(block)
            yield block

    async def _next(self) -> bytes | None:
        self._reading = asyncio.create_task(_one(self._blocks))
        await asyncio.wait([self._reading])
        if not self._wanted or self._reading.cancelled():
            raise GivenUpError
        return self._reading.result()


async def _one(blocks: AsyncIterator[bytes]) -> bytes | None:
    """The next of them; None after the last."""
    return await anext(blocks, None)


def open_bucket(url: str, max_bytes: int) -> BucketStore:
    """Open a store at an address `s3://bucket/beginning`; raises `OSError` where it cannot be written.

    `max_bytes` limits the sum of its objects.
    """
    with _answering():
        bucket = S3Store.from_url(url, client_options=CLIENT, retry_config=RETRIES)
        with suppress(AlreadyExistsError):  # a name once, however many processes start
            bucket.put(NAME_FILE, token_hex(8).encode(), mode="create")
        name = bytes(bucket.get(NAME_FILE).bytes()).decode()
    return BucketStore(url.rstrip("/"), bucket, name, max_bytes)


@contextmanager
def _answering() -> Iterator[None]:
    """Raise `OSError` where the bucket does not do what it is asked; what is not there is a `FileNotFoundError`."""
    try:
        yield
    except BaseError as error:
        raise OSError(reason(error)) from error
