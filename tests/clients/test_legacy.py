"""The JMMC's own clients, unchanged: a2p2 0.7.11 with its own tests, and the night scheduler's own query functions.

Both are on GitHub alone, and a2p2 is GPL: `.ci/legacy-clients` fetches them, and names their folder in WITH_LEGACY.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from people import knowing
from serving import Server

from gateway.commands.provider import Provider
from hub.rows import connect
from sample.federation import Federation

HERE = Path(__file__).parent / "legacy"
FOLDER = Path(os.environ.get("WITH_LEGACY", ""))
PYTHON = FOLDER / "environment" / "bin" / "python"
PORT = 8080
"""Of the address that a2p2's tests have in them."""
GRANULE, TARGET = 38681, 8
"""Rows that they ask for."""


@pytest.fixture(scope="module")
def url(provider: Provider, federation: Federation) -> Iterator[str]:
    with Server(knowing(provider, federation), port=PORT) as served:
        yield served


@pytest.fixture
async def granule(federation: Federation) -> None:
    """A granule of the number that a2p2's tests have, which is a real one's."""
    owner = await connect(federation.sources["oidb"])
    await owner.execute(
        "INSERT INTO public.oidb (id, target_name, calib_level, access_url, nb_channels) VALUES ($1, 'a2p2', 2, 'x', 1) ON CONFLICT DO NOTHING",
        GRANULE,
    )
    await owner.close()


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [str(PYTHON), *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.usefixtures("granule")
def test_a2p2_s_own_tests_pass_as_they_are(url: str, provider: Provider, tmp_path: Path) -> None:
    """Its login is in ~/.netrc, as its tests want it; the last that changes a priority leaves it so."""
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine localhost login admin password {provider.passwords['admin']}\n")
    netrc.chmod(0o600)
    row = f"{url}/restxq/catalogs/spica/{TARGET}"
    before = httpx.get(row).json()["priority_pi"]
    tests = [str(FOLDER / "a2p2" / "test" / name) for name in ("test_jmmc_catalog.py", "test_jmmc_models.py")]
    told = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, home=tmp_path)
    assert told.returncode == 0, told.stdout
    assert re.search(r"^9 passed", told.stdout.splitlines()[-1]), told.stdout
    assert httpx.get(row).json()["priority_pi"] == 2
    login = ("admin", provider.passwords["admin"])
    assert httpx.put(row, json={"priority_pi": before}, auth=login).status_code == 204


def test_the_scheduler_s_own_functions_fill_its_tables(url: str, tmp_path: Path) -> None:
    told = run(str(HERE / "scheduler.py"), str(FOLDER / "spica-nss"), f"{url}/tap", home=tmp_path)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stderr.splitlines()[-1])
    counted = "{ spicaTargets { totalCount } spicaCalibrators { totalCount } }"
    data = httpx.post(f"{url}/graphql", json={"query": counted}).json()["data"]
    assert len(set(found["ids"])) == len(found["ids"]) == data["spicaTargets"]["totalCount"]
    assert {"progname2", "piname2", "comments2", "priority_pi2", "spica_mode", "ob_refs"} <= set(found["columns"])
    assert all(0 <= rate <= 1 for rate in found["rates"])
    assert set(map(str, found["priorities"])) <= {"1", "2", "3", "4", "[]"}
    assert len(found["calibrators"]) == data["spicaCalibrators"]["totalCount"]
    assert 0 < len(found["kept"]) <= len(found["calibrators"])
    assert found["sent"]["target_main_id"] == "meta.id;meta.main"
