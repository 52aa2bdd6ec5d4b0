"""`make audit`: audits by the packages of those who wrote the standards, which want node and npm.

pytest does not collect this file by itself, so that nothing is skipped where node is absent; what the audits look for
is also tested natively, in tests/gateway/test_over_http.py.
"""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def node(*arguments: str) -> str:
    done = subprocess.run(["node", *arguments], cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_graphql_over_http(server: str) -> None:
    assert "61 of 61 audits pass" in node("http.mjs", f"{server}/graphql")


def test_federation(server: str) -> None:
    assert "joined both ways" in node("federation.mjs", f"{server}/graphql")
