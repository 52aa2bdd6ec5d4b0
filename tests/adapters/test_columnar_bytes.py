"""The same rows are the same bytes, however they arrive; what no cell has is no memory of ours."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pyarrow as pa
import pytest
from documents import copied, slices, written
from hypothesis import given
from hypothesis import strategies as st

from adapters.columnar.arrow import LARGEST_BATCH
from adapters.votable.delimited import row_end
from adapters.votable.formats import ARROW, FITS, JSON, PARQUET, Format

FORMATS = pytest.mark.parametrize("form", [ARROW, FITS, JSON, PARQUET], ids=lambda form: form.name)
WRITE = """
import hashlib
import sys
from documents import HEAD
from adapters.columnar.arrow import ArrowStream
from adapters.columnar.parquet import Parquet
rows = sys.stdin.buffer.read()
for Writer in (ArrowStream, Parquet):
    writer = Writer(HEAD)
    document = writer.begin() + writer.feed(rows, sys.maxsize)[0] + b"".join(writer.end(overflow=False))
    print(hashlib.sha256(document).hexdigest())
"""
"""Documents of the rows that come in, by a process whose fresh memory is not blank."""


async def many(connection: asyncpg.Connection, form: Format, copies: int) -> bytes:
    rows = b"".join(await copied(connection, form))
    return rows * (copies // len(rows) + 1)


@FORMATS
async def test_how_rows_arrive_does_not_show(connection: asyncpg.Connection, form: Format) -> None:
    rows = await many(connection, form, 3 * LARGEST_BATCH)
    whole = hashlib.sha256(await written(form, [rows])).hexdigest()
    for size in (65_536, 1_234_567):
        assert hashlib.sha256(await written(form, slices(rows, size))).hexdigest() == whole, size
    few = b"".join(await copied(connection, form))
    assert await written(form, slices(few, 7)) == await written(form, [few])


async def test_the_first_row_waits_for_no_other(connection: asyncpg.Connection) -> None:
    rows = await many(connection, ARROW, 3 * LARGEST_BATCH)
    sizes = [batch.num_rows for batch in pa.ipc.open_stream(io.BytesIO(await written(ARROW, [rows])))]
    assert sizes[0] == 1
    assert len(sizes) == 6


@given(rows=st.lists(st.text(alphabet='a",\n'), min_size=1, max_size=5), least=st.integers(1, 20))
def test_a_row_ends_where_a_newline_is_not_quoted(rows: list[str], least: int) -> None:
    lines = ['"' + row.replace('"', '""') + '"\n' for row in rows]
    ends = [len("".join(lines[: number + 1])) for number in range(len(lines))]
    assert row_end("".join(lines).encode(), least) == next((end for end in ends if end >= least), 0)


async def test_no_memory_of_the_process_shows(connection: asyncpg.Connection) -> None:
    rows = b"".join(await copied(connection, ARROW)) * 40
    told = {_digests(rows, byte) for byte in ("0", "90", "165")}
    assert len(told) == 1, "slots of NULL or padding hold what was in memory"


def _digests(rows: bytes, byte: str) -> str:
    root = Path(__file__).parents[2]
    places = os.pathsep.join(map(str, (root, root / "tests", root / "tests/adapters")))
    # glibc fills memory with this byte as it hands it out.
    environment = os.environ | {
        "MALLOC_PERTURB_": byte, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": places,
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", WRITE], input=rows, capture_output=True, env=environment, timeout=60, check=True
    )
    return told.stdout.decode()
