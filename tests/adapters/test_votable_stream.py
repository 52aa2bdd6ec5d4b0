"""How a document fails, ends early, and comes in pieces."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import asyncpg
import pytest
from astropy.io.votable import parse
from documents import HEAD, Blocks, broken, copied, slices

from adapters.columnar import spool
from adapters.votable.envelope import error_document
from adapters.votable.formats import BINARY2, CSV, FITS, FORMATS, PARQUET, TABLEDATA, Format
from adapters.votable.stream import BLOCK, StreamOutcome, stream_document
from planning.errors import NoRoom, TimedOut, TooMuch

VOTABLES = pytest.mark.parametrize("form", [TABLEDATA, BINARY2], ids=lambda form: form.name)
EVERY = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
INFO = "{http://www.ivoa.net/xml/VOTable/v1.3}INFO"


@VOTABLES
@pytest.mark.parametrize("part", [0.4, 0.51, 0.77, 1.0])
async def test_a_failure_in_midstream_closes_the_table_and_says_so(
    connection: asyncpg.Connection, form: Format, part: float
) -> None:
    data = b"".join(await copied(connection, form))
    text = await broken(form, [data[: int(len(data) * part)]])
    assert text.count(b"<?xml") == 1
    *_, last = ET.fromstring(text).iter(INFO)  # noqa: S314 - our own
    assert (last.get("name"), last.get("value"), last.text) == ("QUERY_STATUS", "ERROR", "It took < 1 s & failed")
    assert len(parse(io.BytesIO(text), verify="exception").get_first_table().array) > 0


@EVERY
async def test_a_failure_before_any_row_is_raised(connection: asyncpg.Connection, form: Format) -> None:
    header = b"".join(await copied(connection, form, rest="WHERE false"))[:19]
    for blocks in ([], [header] if header and form is BINARY2 else []):
        source = Blocks(blocks, TimedOut("too slow"))
        with pytest.raises(TimedOut):
            await anext(stream_document(HEAD, form, source, None))
        assert source.closed


@pytest.mark.parametrize("form", [form for form in FORMATS if not form.votable], ids=lambda form: form.name)
async def test_a_format_that_cannot_say_so_breaks_off_when_it_fails_in_midstream(
    connection: asyncpg.Connection, form: Format
) -> None:
    source, outcome = Blocks(await copied(connection, form), TimedOut("too slow")), StreamOutcome()
    parts = stream_document(HEAD, form, source, None, outcome)
    with pytest.raises(TimedOut):
        _ = [part async for part in parts]
    assert outcome.failure
    assert source.closed


@EVERY
async def test_the_source_is_closed_when_the_reader_leaves(connection: asyncpg.Connection, form: Format) -> None:
    data = b"".join(await copied(connection, form))
    source = Blocks(slices(data, len(data) - 50))
    parts = stream_document(HEAD, form, source, None)
    await anext(parts)
    assert source.closed is (form in (FITS, PARQUET)), "these have nothing to send before"
    await parts.aclose()  # type: ignore[attr-defined]
    assert source.closed


@EVERY
async def test_the_source_is_closed_after_an_overflow(connection: asyncpg.Connection, form: Format) -> None:
    source = Blocks(await copied(connection, form))
    _ = [part async for part in stream_document(HEAD, form, source, 2)]
    assert source.closed


async def test_an_overflow_in_the_first_block_is_known_with_the_first_bytes(connection: asyncpg.Connection) -> None:
    outcome = StreamOutcome()
    await anext(stream_document(HEAD, CSV, Blocks(await copied(connection, CSV)), 3, outcome))
    assert outcome == StreamOutcome(rows=3, overflow=True)


async def test_small_blocks_are_gathered_but_the_first_comes_at_once() -> None:
    line = b"\t".join([b"1234567"] * len(HEAD.cells)) + b"\n"
    asked = 0

    async def blocks() -> AsyncIterator[bytes]:
        nonlocal asked
        for _ in range(4 * BLOCK // len(line)):
            asked += 1
            yield line

    parts = stream_document(HEAD, TABLEDATA, blocks(), None)
    first = await anext(parts)
    assert asked == 1
    sizes = [len(part) async for part in parts]
    assert first.count(b"<TR>") == 1
    assert all(size >= BLOCK for size in sizes[:-1])
    assert len(sizes) <= 6


def test_an_error_document_says_it_to_every_client() -> None:
    text = error_document('RA is "x" & <y>\x01')
    table = parse(io.BytesIO(text), verify="exception")
    assert [(info.ID, info.name, info.value) for info in table.infos] == [("Error", "Error", 'RA is "x" & <y>?')]
    (status,) = table.resources[0].infos
    assert (status.name, status.value, status.content) == ("QUERY_STATUS", "ERROR", 'RA is "x" & <y>?')


async def test_fits_says_that_the_disk_is_full_before_it_begins(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool.tempfile, "TemporaryFile", lambda: Path("/dev/full").open("r+b", buffering=0))  # noqa: SIM115
    source = Blocks(await copied(connection, FITS))
    with pytest.raises(NoRoom):
        await anext(stream_document(HEAD, FITS, source, None))
    assert source.closed


async def test_fits_is_put_aside_within_bounds(connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LARGEST", 1000)
    with pytest.raises(TooMuch):
        await anext(stream_document(HEAD, FITS, Blocks(await copied(connection, FITS)), None))
