"""One real PostgreSQL a session: four sources and the hub, filled with the sample.

`GATEWAY_PG=system|wheel` chooses the server and with it the spatial extension; CI runs the suite with both.
"""

import ast
import asyncio
import gc
import os
import signal
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import pytest_asyncio
from bouncer import PGBOUNCER
from door import Apart, Door, opened
from filled import federated, filled, first_alone
from longest import LongestFirst
from people import served
from serving import Server, patient, watch
from starlette.applications import Starlette
from waiting import BUSY

from gateway.app import create_app
from gateway.commands.provider import Provider
from gateway.permanent import YOUNG_OBJECTS
from hub.health import SILENCE
from hub.limits import DocumentLimits, Limits
from hub.rows import Hub, open_hub
from localpg import rundir
from localpg.account import server_account
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from resolvers.operation import Operations
from resolvers.query import assemble
from sample.federation import Federation

SERVER = {"max_connections": 600, "shared_buffers": "128MB"}
"""Each connection of a hub may have one to each source, and several gateways run at once here."""

MANY = {"max_connections": 300}
"""Of a server that several gateways ask at once, some of which have just been killed."""

ORIGINALS = pytest.StashKey[rundir.RunDirectory]()

REAL = Path(os.environ.get("REAL_FILES") or Path(__file__).parents[2] / "shared" / "data")
"""Files of the real systems, which are not ours to copy: they lie beside the checkout, or where REAL_FILES says, or nowhere."""
BROWSER = Path("/usr/bin/chromium")
SAMP_TOOLS = [Path("/usr/bin", name) for name in ("topcat", "Xvfb", "xdotool")]
WANTED = {
    "browser": BROWSER.exists(),
    "topcat": all(tool.exists() for tool in SAMP_TOOLS),
    "stilts": os.environ.get("WITH_STILTS") == "1",
    "pictures": os.environ.get("WITH_PICTURES") == "1",
    "real_files": REAL.exists(),
    "oifits_checkers": {"OITOOLS", "OIFITS_CHECK"} <= set(os.environ),
    "nginx": Path("/usr/sbin/nginx").exists(),
    "pgbouncer": PGBOUNCER.exists(),
}
"""What tests that are marked so want."""
RARE = {"spatial", "timed"}
"""Marks that are written in few files."""


hypothesis.settings.register_profile("busy", deadline=None)  # how long an example takes says how busy the machine is
hypothesis.settings.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what is answered now")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where `-m` begins with a mark, files that do not write it are not read: importing all of them takes each worker ten seconds."""
    mark = str(config.getoption("markexpr")).partition(" ")[0]
    if mark not in RARE or not collection_path.match("test_*.py") or f"mark.{mark}" in collection_path.read_text():
        return None
    return True


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What is collected stays until the end: the garbage collector need not look at it, now or later.

    Of what is made later it looks every 20 000 objects, as in a gateway: every 700, as Python does, is an eighth of the processor time.
    """
    gc.disable()
    try:
        with _in_turn(session.config):
            return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        gc.enable()


def _in_turn(config: pytest.Config) -> AbstractContextManager[None]:
    """Of workers, the first compiles alone what all import: four at once would each do so for themselves."""
    return first_alone(originals_of(config) / "compiled") if hasattr(config, "workerinput") else nullcontext()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine has not got, instead of passing it over test by test; CI has all of it."""
    missing = {name for name, there in WANTED.items() if not there}
    left = [item for item in items if missing.intersection(mark.name for mark in item.iter_markers())]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session", autouse=True)
def certificates() -> Iterator[None]:
    """Read once: every client of HTTP reads those of all the world for itself, in 30 ms, though nothing here asks over TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def one_tree_at_a_time() -> Iterator[None]:
    """CPython before 3.12 counts how deep a syntax tree is for all threads at once (its issue 106905): schemas are made in threads here."""
    lock, parse = threading.RLock(), ast.parse

    def parse_alone(*given: Any, **options: Any) -> Any:
        with lock:
            return parse(*given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ast, "parse", parse_alone)
        yield


@pytest.fixture(scope="session", autouse=True)
def rare_probes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Some twenty gateways are up at once in a run: with a probe a second, these alone would take both processors.

    Their queues of jobs are notified of what is in them: that they look and sign each second too takes as much again.
    Where all tests count seconds (`timed`), there are few, and a probe a second is what they count on.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not all(item.get_closest_marker("timed") for item in request.session.items):
            patch.setattr("hub.health.PERIOD", 3.0)
            patch.setattr("jobs.queue.POLL_INTERVAL", 5.0)
            patch.setattr("jobs.queue.HEARTBEAT", 2.0)
        yield


@pytest.fixture
def same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Embargoes as they were at one moment: what is bound for them stands in golden files."""
    monkeypatch.setattr("planning.rights.this_moment", lambda: datetime(2026, 11, 30, 20))


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def real() -> Path:
    return REAL


def pytest_configure(config: pytest.Config) -> None:
    """One folder a run for the files of filled clusters, whose server's account can enter it; workers are told of it."""
    if not hasattr(config, "workerinput"):
        config.stash[ORIGINALS] = rundir.create_run_directory(server_account())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["originals"] = str(node.config.stash[ORIGINALS].path)


def pytest_unconfigure(config: pytest.Config) -> None:
    if ORIGINALS in config.stash:
        config.stash[ORIGINALS].remove()


@pytest.fixture(scope="session")
def originals(pytestconfig: pytest.Config) -> Path:
    """Where `filled` keeps what it copies."""
    return originals_of(pytestconfig)


def originals_of(config: pytest.Config) -> Path:
    told = getattr(config, "workerinput", {})
    return Path(told["originals"]) if told else config.stash[ORIGINALS].path


@pytest.fixture(scope="session")
def cluster(originals: Path) -> Iterator[Cluster]:
    with filled(find_binaries(), originals, settings=SERVER) as started:
        yield started


@pytest.fixture(scope="session")
def federation(cluster: Cluster) -> Federation:
    return federated(cluster)


@pytest_asyncio.fixture(scope="session")
async def hub(federation: Federation) -> AsyncIterator[Hub]:
    opened = await open_hub(federation.hub, Limits(), watch())
    opened.row_counts.start()
    await (
        opened.health.settled()
    )  # what stops the loop next, as making the schema does, must not meet it while it connects
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="session")
async def operations(hub: Hub) -> Operations:
    made = await asyncio.to_thread(assemble)  # seconds on a busy machine, and the hub's watch is not to miss its turn
    return Operations(made._schema, hub, DocumentLimits(), largest_page=1000)  # noqa: SLF001


@pytest_asyncio.fixture(scope="session")
async def app(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Starlette]:
    spool = str(tmp_path_factory.mktemp("spool"))
    made = create_app(patient(federation, hub_jobs=federation.jobs, spool=spool, max_body_bytes=256_000))
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture(scope="session")
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as made:
        yield made


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with served() as made:
        yield made


@pytest.fixture(scope="session")
def apart(originals: Path) -> Iterator[Apart]:
    binaries = find_binaries()
    with filled(binaries, originals, settings=MANY) as hub, filled(binaries, originals, settings=MANY) as portal:
        yield Apart(hub, portal, federated(hub, {"obsportal": portal}))


@pytest.fixture(scope="session")
def door(apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(
        apart.federation.hub, tmp_path_factory.mktemp("door") / "log", silence_seconds=BUSY * SILENCE, share=1
    ) as serving:  # whoever asks here stands for all clients
        yield serving


@pytest.fixture(scope="session")
def server(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spool = str(tmp_path_factory.mktemp("spool"))
    with Server(patient(federation, hub_jobs=federation.jobs, spool=spool, upload_hosts="127.0.0.1")) as url:
        yield url


LONGEST = 180
"""Seconds after which a test that waits for what does not come has failed: a run that waits for ever says nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    def expired(_number: int, _frame: object) -> None:
        message = f"{item.nodeid} was not done in {LONGEST} s"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
