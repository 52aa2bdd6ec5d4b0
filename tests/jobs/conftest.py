"""A service for jobs over the hub of the session."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from places import Place, Work, opened

from sample.federation import Federation


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits is told at once that a job runs; a failure that may pass ends a job; what waits for a time is soon seen."""
    monkeypatch.setattr("jobs.service.SETTLING", 0.05)
    monkeypatch.setattr("jobs.execution.PAUSES", ())
    monkeypatch.setattr("jobs.queue.POLL_INTERVAL", 0.3)


@pytest.fixture(scope="session")
def spool_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest_asyncio.fixture(scope="session")
async def place(federation: Federation, spool_folder: Path) -> AsyncIterator[Place]:
    work = Work()
    async with opened(federation, spool_folder, work, 3) as service:
        yield Place(service, work)
