"""Modules that are read when they are needed stop nobody meanwhile."""

import asyncio
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from waiting import within

from hub.modules import read_module

SECONDS = 0.5
NAME = "a_large_module"


async def test_a_module_that_is_still_being_read_is_waited_for_without_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{NAME}.py").write_text(f"import time\ntime.sleep({SECONDS})\nread = True\n")
    monkeypatch.syspath_prepend(tmp_path)

    async def needed() -> float:
        await read_module(NAME)
        begun = time.perf_counter()
        assert import_module(NAME).read
        return time.perf_counter() - begun

    first = asyncio.ensure_future(needed())
    await within(_begun, 5)
    assert max(await asyncio.gather(first, needed())) < SECONDS / 2


async def _begun() -> bool:
    return NAME in sys.modules
