"""Tests with the clients that astronomers use.

STILTS is a Java program, of the Debian package `stilts`. `test_stilts.py` is collected where WITH_STILTS=1 says that
it is installed, as `.ci/run` does, and fails there if it is not; elsewhere it is not collected at all, so that no test
is passed over without a word. So is `test_node*.py`, of clients that run in node, with WITH_NODE=1: npm must be there,
and either its registry or what an earlier run has installed. `test_legacy.py` is of the JMMC's own clients, which
`.ci/legacy-clients` fetches.
"""

import gc
import hashlib
import os
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from filled import one_at_a_time

from hub.rows import connect
from sample.federation import Federation

INSTALLED = {"WITH_STILTS": "test_stilts*.py", "WITH_NODE": "test_node*.py", "WITH_LEGACY": "test_legacy.py"}
collect_ignore_glob = [tests for name, tests in INSTALLED.items() if os.environ.get(name, "0") == "0"]

HERE = Path(__file__).parent
NODE = HERE / "node"
PACKAGES = Path(__file__).parents[2] / ".cache" / "node-clients"
CONTROL = "\x01\x0b"
HOSTILE = (
    "&<>\"'`\\",
    "]]>",
    "tab\there",
    "line\nbreak",
    "carriage\rreturn",
    "été Čapek 星",
    "\N{GRINNING FACE}",
    f"control{CONTROL}",
    "",
    None,
    "NULL",
    "\\N",
    "Infinity",
    "a,b;c|d",
    " blanks ",
)
"""Texts that break writers; the empty text and NULL among them."""
FLOATS = (float("nan"), float("inf"), float("-inf"), None, -0.5)
FIRST = 4_000_000
ADD = """INSERT INTO portal.target (target_id, target_name, target_ra, target_dec)
VALUES ($1, $2, 12.5, -89.5)"""


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Close the sockets that pyvo and astroquery leave to the garbage collector before they trouble a test elsewhere."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within these modules they are let be: which test they meet depends on the order."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="module")
async def hostile(federation: Federation) -> AsyncIterator[dict[int, Any]]:
    """Targets at a source with texts that break writers, at RA 12.5, Dec -89.5; by number."""
    rows = {FIRST + number: text for number, text in enumerate(HOSTILE)}
    connection = await connect(federation.sources["obsportal"])
    await connection.executemany(ADD, list(rows.items()))
    yield rows
    await connection.execute("DELETE FROM portal.target WHERE target_id >= $1", FIRST)
    await connection.close()


@pytest.fixture(scope="module")
async def strange(federation: Federation) -> AsyncIterator[list[float | None]]:
    """Exposures whose seeing is no number: FIRST and on, in the order of FLOATS."""
    connection = await connect(federation.sources["obsportal"])
    add = "INSERT INTO portal.exposure (exp_id, exp_seeing, exp_mjd_start) VALUES ($1, $2, 1)"
    await connection.executemany(add, [(f"HOSTILE_{number}", value) for number, value in enumerate(FLOATS)])
    yield list(FLOATS)
    await connection.execute("DELETE FROM portal.exposure WHERE exp_id LIKE 'HOSTILE%'")
    await connection.close()


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the scripts of `node/` and the packages of its lock file."""
    folder = PACKAGES / hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]
    with one_at_a_time(folder):
        shutil.copytree(NODE, folder, dirs_exist_ok=True)
        if not (folder / "node_modules" / ".package-lock.json").exists():
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, f"npm cannot install the clients (is its registry reachable?): {done.stderr}"
    return folder
