"""`python -m gateway setup`, as it is typed: for a hub of an earlier release, and once more."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from hub.rows import connect
from localpg.cluster import Cluster
from sample.federation import Federation, dsn
from schema.foreign import ROLE, WRITER

ROOT = Path(__file__).parents[2]
BEFORE = "hub_before"
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname IN ('identity', 'crossid') ORDER BY 1"
FOUND = "SELECT count(*) FROM crossid.granule WHERE star_id IS NOT NULL"
OLD = """CREATE SCHEMA identity; CREATE TABLE identity.granule (id bigint PRIMARY KEY, star_id bigint);
CREATE SCHEMA tap_schema; CREATE TABLE tap_schema.schemas (schema_name text PRIMARY KEY, utype text, description text, schema_index int);
INSERT INTO tap_schema.schemas VALUES ('"identity"', NULL, 'Identity', 5)"""


@pytest_asyncio.fixture
async def before(cluster: Cluster, federation: Federation) -> AsyncIterator[dict[str, str]]:
    """What the environment names where a hub was set up when `crossid` was called `identity`."""
    maintenance = await connect(dsn(cluster, "postgres", cluster.superuser))
    await maintenance.execute(f"DROP DATABASE IF EXISTS {BEFORE} WITH (FORCE)")
    await maintenance.execute(f"CREATE DATABASE {BEFORE}")
    owner = await connect(dsn(cluster, BEFORE, cluster.superuser))
    await owner.execute(OLD)
    await owner.close()
    roles = {"HUB": ROLE, "HUB_WRITER": WRITER, "HUB_OWNER": cluster.superuser}
    hub = {f"GATEWAY_{name}": dsn(cluster, BEFORE, role) for name, role in roles.items()}
    yield hub | {f"GATEWAY_{name.upper()}": reader for name, reader in federation.readers.items()}
    await maintenance.execute(f"DROP DATABASE {BEFORE} WITH (FORCE)")
    await maintenance.close()


def setup(environment: dict[str, str], *options: str) -> str:
    command = [sys.executable, "-m", "gateway", "setup", *options]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


async def test_a_hub_set_up_before_is_set_up_again(before: dict[str, str], federation: Federation) -> None:
    usual = await connect(federation.owner)
    wanted = await usual.fetchval(FOUND)
    await usual.close()
    for _ in range(2):
        setup(before)
        owner = await connect(before["GATEWAY_HUB_OWNER"])
        assert [row[0] for row in await owner.fetch(SCHEMAS)] == ["crossid"]
        assert await owner.fetchval(FOUND) == wanted > 0
        told = await owner.fetchval("SELECT count(*) FROM tap_schema.schemas WHERE schema_name LIKE '%identity%'")
        await owner.close()
        assert told == 0


def test_sources_that_are_filled_stay_as_they_are(before: dict[str, str], federation: Federation) -> None:
    owners = {f"GATEWAY_{name.upper()}_OWNER": owner for name, owner in federation.sources.items()}
    told = setup(before | owners, "--sample").splitlines()
    assert [f"{name}: what is there stays" for name in federation.sources] == told[: len(owners)]
