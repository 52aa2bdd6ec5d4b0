"""How much a process has in memory, and what it imports for nothing."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from door import ROOT, Door, opened

from sample.federation import Federation

pytestmark = pytest.mark.timed

ROWS, AT_ONCE = 100_000, 4
LARGEST = 175.0
"""MB of a server while so many download so many rows each: 19 of them are the GraphQL schema, 13 the downloads; another build
of Python may take more."""
QUERY = f"SELECT TOP {ROWS} a.*, b.name AS other FROM jsdc.star AS a, jsdc.star AS b"
HEAVY = (
    "psycopg", "procrastinate", "vo_models", "pydantic", "lxml", "pyarrow", "mocpy", "astropy", "cryptography", "httpx", "rich", "pytest",
)  # fmt: skip
"""What a server imports with the first question for it, or where it has jobs, or never."""
LATE = ("gateway.handlers", "adapters.tap.query", "adapters.votable.reader", "adql.compile", "sqlglot", "identity")
"""Of our own, and what they import, what a server reads with the first question for it, or where it identifies."""
SLOW = ("strawberry", "graphql", "sqlalchemy", "numpy", "asyncpg", "sqlglot", "starlette", "asyncio", *HEAVY)
"""What help, and the sentence about a setting that is wrong, do without."""


@pytest.mark.parametrize(("module", "unwanted"), [("gateway.__main__", SLOW), ("gateway.commands.serve", HEAVY)])
def test_a_module_imports_nothing_heavy(module: str, unwanted: tuple[str, ...]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert module in told.stdout.split()
    assert not {name.partition(".")[0] for name in told.stdout.split()}.intersection(unwanted)


def test_a_server_is_ready_before_it_reads_what_few_ask_for(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", "-X", "importtime", "-m", "gateway") as door:
        told = [line.rpartition("|")[2].strip() for line in door.log.read_text().splitlines()]
    assert "gateway.doors" in told
    assert not [name for name in told if any(f"{name}.".startswith(f"{late}.") for late in (*HEAVY, *LATE))]


async def test_a_server_is_light_under_downloads(federation: Federation, tmp_path: Path) -> None:
    settings = {"hub_jobs": federation.jobs, "spool": tmp_path / "spool", "figures": True}
    with opened(federation.hub, tmp_path / "log", **settings) as door:
        assert await asyncio.gather(*(_rows(door) for _ in range(AT_ONCE))) == [ROWS] * AT_ONCE
        assert _peak(door) < LARGEST


async def _rows(door: Door) -> int:
    told = {"LANG": "ADQL", "QUERY": QUERY, "MAXREC": ROWS, "RESPONSEFORMAT": "votable/td"}
    async with door.client(params=told) as client, client.stream("GET", "/tap/sync") as answer:
        assert answer.status_code == 200
        return await _counted(answer)


async def _counted(answer: httpx.Response) -> int:
    found, end = 0, b""
    async for block in answer.aiter_bytes():
        found += (end + block).count(b"<TR>")
        end = block[-3:]
    return found


def _peak(door: Door) -> float:
    """The most memory that it has had, MB."""
    status = Path(f"/proc/{door.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
