"""Checks of `doctor` on a source's own server: its memory beside the size of its tables, and the age of its statistics.

What a session may take (work_mem and its kin) is a setting of the role (`schema.roles`) and looked at with it.
random_page_cost is not looked at: of 72 pages of 2.5 million filtered and ordered stars it changes no plan.
"""

from collections.abc import Iterator, Sequence

from hub.finding import Finding
from hub.rows import Connection
from schema.named_queries import named_query

SIZES = named_query("hub/server_examination", "sizes")
UNANALYSED = named_query("hub/server_examination", "unanalysed")
PART = 8
"""Times that tables, with their indexes, may be larger than shared_buffers, and effective_cache_size too."""
MODEST = 4
"""What effective_cache_size may be without asking how much memory the machine has, in shared_buffers."""
STALE = 0.2
"""Part of a table's rows that may have changed since its statistics; autovacuum waits for half of that."""
MB = 1 << 20


async def examine_server(connection: Connection, where: str) -> list[Finding]:
    """Check a source on a connection of its own; raises what the driver raises."""
    buffers, cache, tables = (await connection.fetch(SIZES))[0]
    unanalysed = [row[0] for row in await connection.fetch(UNANALYSED, STALE)]
    return [*memory(where, buffers, cache, tables), _statistics(where, unanalysed)]


def memory(where: str, buffers: int, cache: int, tables: int) -> Iterator[Finding]:
    """Check shared_buffers and effective_cache_size beside the size of the tables, all in bytes.

    Example: 1.6 GB of tables want shared_buffers of 206 MB, written as 256MB; with as much, an effective_cache_size of
    4 GB is told to be 1024MB. Tables that fit into shared_buffers want nothing.
    """
    wanted = _power(tables / PART)
    advice = f"shared_buffers = {wanted}MB or more, up to a quarter of the machine's memory, and a restart"
    what = f"shared_buffers of {_megabytes(buffers)} for {_megabytes(tables)} of tables"
    yield Finding(where, what, buffers * PART >= tables, advice)
    advice = (
        f"effective_cache_size = {MODEST * buffers // MB}MB; on a machine whose memory keeps more of the files,"
        f" shared_buffers = {_power(cache / PART)}MB and a restart"
    )
    what = f"effective_cache_size of {_megabytes(cache)} beside shared_buffers of {_megabytes(buffers)}"
    yield Finding(where, what, tables <= buffers or cache <= PART * buffers, advice)


def _statistics(where: str, unanalysed: Sequence[str]) -> Finding:
    return Finding(where, "statistics of its rows", not unanalysed, f"ANALYZE {', '.join(unanalysed)}")


def _power(size: float) -> int:
    """The least power of two that is no smaller, in MB, from 128 on."""
    return 1 << max(7, (int(size / MB)).bit_length())


def _megabytes(size: int) -> str:
    return f"{size / MB:.0f} MB" if size < 1 << 30 else f"{size / (1 << 30):.1f} GB"
