"""Large tables: VOTable, CSV and memory, against the bare COPY of the same columns and astropy's writer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg
from astropy.io.votable import from_table
from astropy.table import MaskedColumn, Table

from bench.client import WrongAnswerError, download, post, unchunked
from bench.measurement import Measurement, faster, milliseconds, spaced
from bench.servers import ServerProcess, gateway
from bench.timing import Ask, Timing, compare

ROWS, MANY = 100_000, 1_000_000
ROUNDS = 5
FIRSTS = 15
CHECKED = 10_000
FIELDS = (
    "name ra eRa dec eDec pmRa { value error } pmDec { value error } plx { value error } vmag { value } kmag { value }"
    " ldd { value error } lddChi2 spTypeSimbad jsdcId"
)
COLUMNS = (
    "name, raj2000, e_raj2000, dej2000, e_dej2000, pmra, e_pmra, pmdec, e_pmdec, plx, e_plx, vmag, kmag, ldd, e_ldd,"
    " ldd_chi2, sptype_simbad, jsdc_id"
)
WIDTH = len(COLUMNS.split(","))
FORMATS = {
    "TABLEDATA": "application/x-votable+xml;serialization=TABLEDATA",
    "BINARY2": "application/x-votable+xml;serialization=BINARY2",
    "CSV": "text/csv",
}


@dataclass(frozen=True, slots=True)
class Streamed:
    """Timings of each format, and of the bare COPY."""

    formats: Mapping[str, Timing]
    copy: Timing


def stars(rows: int, accept: str = FORMATS["TABLEDATA"], where: str = "") -> bytes:
    """The bytes of a GraphQL request for so many stars as a table."""
    arguments = f"(first: {rows}{where})"
    return post(f"{{ stars{arguments} {{ nodes {{ {FIELDS} }} }} }}", accept=accept, close=True)


async def measure(foreign: str, local: str) -> tuple[list[Measurement], dict[str, Streamed]]:
    """Download a hundred thousand rows in every format from both hubs; timings by hub come second."""
    streamed_by_hub = {}
    for kind, hub in {"foreign": foreign, "local": local}.items():
        async with gateway(hub) as server:
            streamed_by_hub[kind] = await _streamed(server, hub)
    title = f"{spaced(ROWS)} rows × {WIDTH} columns"
    measurements = [
        _against_copy(f"{title}, {form}, {kind}", timing, streamed.copy, goal=(form, kind) == ("TABLEDATA", "foreign"))
        for kind, streamed in streamed_by_hub.items()
        for form, timing in streamed.formats.items()
    ]
    for kind, hub in {"foreign": foreign, "local": local}.items():
        ours = Timing([streamed_by_hub[kind].formats["TABLEDATA"].typical])
        measurements.append(
            faster(f"{title}, TABLEDATA, {kind}", ours, "astropy's writer", Timing([await _astropy(hub)]), 25)
        )
    return measurements, streamed_by_hub


async def memory(long: str) -> list[Measurement]:
    """The server's peak memory at a hundred thousand and a million rows, and how soon the first byte comes."""
    async with gateway(long) as server:
        await _settled(server)
        few = server.peak_memory()
        await download(server.url, stars(MANY))
        many = server.peak_memory()
        spent = [await download(server.url, stars(MANY), first_only=True) for _ in range(FIRSTS)]
    first = 1000 * median(first for first, _ in spent[1:])
    return [
        Measurement(
            f"Peak memory of the server, {spaced(MANY)} rows",
            f"{many:.1f} MB",
            f"itself, {spaced(ROWS)} rows",
            f"{few:.1f} MB",
            f"{many - few:+.1f} MB",
            "≤ +10 MB",
            many - few <= 10,
        ),
        Measurement(f"First byte of {spaced(MANY)} rows", milliseconds(first), "", "", "", "< 50 ms", first < 50),
    ]


async def _settled(server: ServerProcess) -> None:
    """Ask for a few rows until the peak of memory no longer rises: caches and background work are complete then."""
    before = 0.0
    while (peak := server.peak_memory()) > before:
        before = peak
        for _ in range(4):
            await download(server.url, stars(ROWS))
        await asyncio.sleep(5)


async def _streamed(server: ServerProcess, hub: str) -> Streamed:
    connection = await asyncpg.connect(hub, server_settings={"jit": "off"})
    try:
        await _check(server, connection)
        asks: dict[str, Ask] = {name: _asker(server, stars(ROWS, accept)) for name, accept in FORMATS.items()}
        timings = await compare(
            {**asks, "COPY": lambda _number: _copy(connection, f"LIMIT {ROWS}", _ignore)}, ROUNDS, 1
        )
    finally:
        await connection.close()
    return Streamed({name: timings[name] for name in FORMATS}, timings["COPY"])


def _asker(server: ServerProcess, request: bytes) -> Ask:
    return lambda _number: download(server.url, request)


async def _ignore(_block: bytes) -> None:
    """COPY the same columns and drop the rows."""


async def _copy(connection: asyncpg.Connection, rest: str, output: object) -> None:
    await connection.copy_from_query(f"SELECT {COLUMNS} FROM jsdc.star {rest}", output=output)


async def _check(server: ServerProcess, connection: asyncpg.Connection) -> None:
    """Raise `WrongAnswerError` unless TABLEDATA has the very values of COPY, and as many rows as asked."""
    written = bytearray()
    condition = f", where: {{jsdcId: {{lt: {CHECKED}}}}}"
    await download(server.url, stars(CHECKED, where=condition), written.extend)
    text = unescape(_rows_only(bytes(written)).decode())
    ours = sorted(text.replace("</TD></TR>\n", "\n").replace("<TR><TD>", "").replace("</TD><TD>", "\t").split("\n"))
    copied = BytesIO()
    await _copy(connection, f"WHERE jsdc_id < {CHECKED}", copied)
    theirs = sorted(copied.getvalue().decode().replace("\\N", "").split("\n"))
    if ours != theirs or len(ours) < CHECKED // 10:
        message = f"TABLEDATA has other rows than COPY: {set(ours) ^ set(theirs)}"[:500]
        raise WrongAnswerError(message)
    counted = 0

    def count(block: bytes) -> None:
        nonlocal counted
        counted += block.count(b"</TR>")

    await download(server.url, stars(ROWS), count)
    if abs(counted - ROWS) > ROWS // 1000:  # a few are cut in two by the edges of blocks
        message = f"{counted} rows came, {ROWS} were asked"
        raise WrongAnswerError(message)


def _rows_only(chunked: bytes) -> bytes:
    body = unchunked(chunked)
    return body[body.index(b"<TR>") : body.index(b"</TABLEDATA>")]


def _against_copy(title: str, ours: Timing, copy: Timing, *, goal: bool) -> Measurement:
    ratio = copy.times(ours)
    return Measurement(
        title,
        milliseconds(ours.typical),
        "bare COPY, text",
        milliseconds(copy.typical),
        f"{ratio:.2f}× its time",
        "≤ 1.3×" if goal else "",
        ratio <= 1.3 if goal else None,
    )


async def _astropy(hub: str) -> float:
    """Milliseconds from the same rows in the hub to the same VOTable, as a server built on astropy would write it."""
    connection = await asyncpg.connect(hub, server_settings={"jit": "off"})
    try:
        start = perf_counter()
        rows = await connection.fetch(f"SELECT {COLUMNS} FROM jsdc.star LIMIT {ROWS}")
        names, columns = list(rows[0].keys()), zip(*rows, strict=True)
        table = Table({name: _masked(values) for name, values in zip(names, columns, strict=True)})
        from_table(table).to_xml(BytesIO(), tabledata_format="tabledata")
        return 1000 * (perf_counter() - start)
    finally:
        await connection.close()


def _masked(values: Sequence[Any]) -> MaskedColumn:
    empty = next((type(value)() for value in values if value is not None), "")
    return MaskedColumn(
        [empty if value is None else value for value in values], mask=[value is None for value in values]
    )
