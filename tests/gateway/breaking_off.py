"""Rows that PostgreSQL breaks off once it has sent them."""

import asyncio
from typing import Any

import pytest

from hub.rows import Hub
from planning.errors import TimedOut


def break_off(patch: pytest.MonkeyPatch) -> None:
    """Have each COPY fail at its end, after its rows."""
    copy = Hub._copy  # noqa: SLF001 - where PostgreSQL breaks off

    async def broken(*told: Any, **options: Any) -> None:
        await copy(*told, **options)
        await asyncio.sleep(0.1)
        message = "It took too long"
        raise TimedOut(message)

    patch.setattr(Hub, "_copy", broken)
