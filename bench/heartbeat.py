"""A gateway with a pulse: `python bench/heartbeat.py FILE serve` runs `python -m gateway serve` with its loop watched.

A task that sleeps a millisecond at a time notes how late it wakes. It is put into the process from outside, so that a
build that knows nothing of it can be watched as well. Nothing of the gateway is imported before its own entry point.
"""

import asyncio
import mmap
import runpy
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BEAT = 0.001
"""Seconds between two beats."""
LAYOUT = struct.Struct("dd")
"""Of the file: the longest stall so far in seconds, and the seconds of processor that this process had meanwhile."""


def longest(path: Path) -> tuple[float, float]:
    """Read what was noted since the last call, and begin again."""
    with _shared(path) as shared:
        late, own = LAYOUT.unpack_from(shared)
        LAYOUT.pack_into(shared, 0, 0.0, 0.0)
        return float(late), float(own)


@contextmanager
def _shared(path: Path) -> Iterator[mmap.mmap]:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), LAYOUT.size) as shared:
        yield shared


async def beat(path: Path) -> None:
    """Note the longest stall of this loop until cancelled.

    Others want the processor too: a stall is no longer than the processor time that the process had during it.
    """
    with _shared(path) as shared:
        while True:
            began, had = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT)
            late, own = time.perf_counter() - began - BEAT, time.process_time() - had
            if min(late, own) > min(LAYOUT.unpack_from(shared)):
                LAYOUT.pack_into(shared, 0, late, own)


def _watched(path: Path) -> None:
    """Have every server of this process begin with its pulse."""
    import uvicorn

    startup = uvicorn.Server.startup

    async def begin(server: uvicorn.Server, *given: Any, **named: Any) -> None:
        server.pulse = asyncio.create_task(beat(path))  # type: ignore[attr-defined]  # kept, or it may be collected
        await startup(server, *given, **named)

    uvicorn.Server.startup = begin  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    # The folder of this file comes first in the path, where that of the build that is watched belongs.
    sys.path[0] = str(Path.cwd())
    _watched(Path(sys.argv[1]))
    sys.argv = ["gateway", *sys.argv[2:]]
    runpy.run_module("gateway", run_name="__main__", alter_sys=True)
