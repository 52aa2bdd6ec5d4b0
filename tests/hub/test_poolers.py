"""PgBouncer between the gateway and its databases: what can work does, what cannot is refused in words.

Timed, since Debian's 1.18 ends by itself when statements are cancelled on a busy machine (pgbouncer/pgbouncer#822).
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from bouncer import SESSION, TRANSACTION, Bouncer, bounced
from filled import federated, filled
from serving import PATIENT, Server, patient, watch

from hub.examination import examine, examine_jobs
from hub.installation import readdress
from hub.limits import Limits
from hub.rows import connect, listening, open_hub
from hub.sessions import PoolingError, lends_transactions, reason, require_settings
from hub.writer import open_writer, open_writers
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from planning.errors import BadInput, HubUnavailable, TimedOut
from planning.sql import Statement
from sample.federation import Federation

pytestmark = [pytest.mark.pgbouncer, pytest.mark.timed]
LONG = "SELECT count(*) FROM generate_series(1, {})"
MODES = (SESSION, TRANSACTION)
IGNORING = {"ignore_startup_parameters": "extra_float_digits,jit,options,search_path"}
SETTINGS = """SELECT current_setting('search_path') = '' AND current_setting('jit') = 'off'
AND current_setting('transaction_read_only') = 'on' AND current_setting('statement_timeout') = '10s'"""
PAGE = "{ stars(first: 3, orderBy: [{ name: ASC }], where: { vmag: { lt: 5 } }) { nodes { name vmag { value } } } }"
CONE = "/scs/jsdc.star?RA=344.4127&DEC=-29.6222&SR=5"
QUERY = "SELECT u.name, s.vmag FROM TAP_UPLOAD.u AS u JOIN jsdc.star AS s ON s.name = u.name"
UPLOAD = (
    '<VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="name" datatype="char" arraysize="*"/>'
    "<DATA><TABLEDATA><TR><TD>HD 48329</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
)
TAP = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": QUERY, "UPLOAD": "u,param:t"}


@pytest.fixture(scope="module", params=MODES)
def bouncer(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Bouncer]:
    with bounced(cluster, request.param, **IGNORING) as running:
        yield running


def through(bouncer: Bouncer, dsns: Mapping[str, str]) -> dict[str, str]:
    return {name: bouncer.dsn(dsn) for name, dsn in dsns.items()}


@pytest.mark.parametrize("settings", [{}, {"server_round_robin": 1}, {"default_pool_size": 2}])
async def test_lent_transactions_are_recognised(
    cluster: Cluster, federation: Federation, settings: dict[str, int]
) -> None:
    assert not await lends_transactions(federation.hub)
    with bounced(cluster, SESSION, **settings) as running:
        assert not await lends_transactions(running.dsn(federation.hub))
    with bounced(cluster, TRANSACTION, **settings) as running:
        warm = [await connect(running.dsn(federation.hub)) for _ in range(2)]
        await asyncio.gather(*(connection.execute(LONG.format(100_000)) for connection in warm))
        assert await lends_transactions(running.dsn(federation.hub))
        for connection in warm:
            await connection.close()


async def test_settings_are_in_force_in_every_statement(bouncer: Bouncer, federation: Federation) -> None:
    limits = Limits(acquire_seconds=PATIENT)
    hub = await open_hub(bouncer.dsn(federation.hub), limits, watch(), through(bouncer, federation.readers))
    try:
        await hub.settled()
        assert sorted(name for name, _ in hub.databases.backends) == sorted(federation.readers)
        statements = [Statement(SETTINGS, (), ("jsdc",), direct=direct) for direct in (False, True)]
        own = Statement(
            "SELECT current_setting('enable_nestloop') = 'off'", (), ("jsdc",), settings=(("enable_nestloop", "off"),)
        )
        rows = await asyncio.gather(*(hub.fetch(statement) for statement in 10 * [*statements, own]))
        assert {bool(value) for found in rows for (value,) in found} == {True}
        assert not (await hub.fetch(replace(own, settings=())))[0][0]
    finally:
        await hub.close()


async def test_a_statement_that_fails_leaves_its_connection_good(bouncer: Bouncer, federation: Federation) -> None:
    hub = await open_hub(bouncer.dsn(federation.hub), Limits(connections=1, streams=1), watch())
    try:
        for _ in range(3):
            with pytest.raises(BadInput):
                await hub.fetch(Statement("SELECT 1 / 0", (), ()))
            with pytest.raises(TimedOut):
                await hub.fetch(Statement(LONG.format(10**9), (), ()), 0.1)
            assert [tuple(row) for row in await hub.fetch(Statement(SETTINGS, (), ()))] == [(True,)]
    finally:
        await hub.close()


async def test_answers_are_those_without_a_pooler(
    bouncer: Bouncer, federation: Federation, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Pages, streams and uploads; what writes for users has its own way where the pooler lends no sessions."""
    jobs = bouncer.dsn(federation.jobs) if bouncer.mode == SESSION else federation.jobs
    dsns = through(bouncer, federation.readers)
    told = replace(
        patient(federation, hub_jobs=jobs, spool=str(tmp_path), sources=dsns), hub=bouncer.dsn(federation.hub)
    )
    with Server(told) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60) as pooled:
            for _ in range(3):
                page, right = [await one.post("/graphql", json={"query": PAGE}) for one in (pooled, client)]
                assert page.json() == right.json()
                assert "errors" not in right.json()
                tables = [(await one.get(f"{CONE}&RESPONSEFORMAT=csv")).text for one in (pooled, client)]
                assert tables[0] == tables[1]
                assert len(tables[1].splitlines()) > 5
                joined = [
                    await one.post("/tap/sync", data=TAP, files={"t": UPLOAD.encode()}) for one in (pooled, client)
                ]
                assert joined[0].text == joined[1].text
                assert joined[1].text.startswith("name,Vmag\nHD 48329,")


async def test_what_needs_sessions_is_refused_where_there_are_none(cluster: Cluster, federation: Federation) -> None:
    needs = "lends single transactions, and writing needs sessions: have it lend those"
    with bounced(cluster, TRANSACTION) as running:
        with pytest.raises(HubUnavailable, match=needs):
            await open_writer(running.dsn(federation.writer), 10)
        with pytest.raises(HubUnavailable, match=f"{needs}.*GATEWAY_HUB_JOBS"):
            await open_writers(running.dsn(federation.jobs), 2, 10)
        with pytest.raises(PoolingError, match="LISTEN needs sessions"):
            await listening(running.dsn(federation.readers["jsdc"]))


async def test_statements_alone_are_refused_in_the_words_of_the_pooler(
    cluster: Cluster, federation: Federation
) -> None:
    with bounced(cluster, "statement") as running, pytest.raises(HubUnavailable, match=r"transaction.*GATEWAY_HUB"):
        await open_hub(running.dsn(federation.hub), Limits(), watch())


async def test_lost_settings_are_named(federation: Federation) -> None:
    connection = await connect(federation.hub, {"jit": "off"})
    try:
        await require_settings(connection, {"jit": "off"})
        with pytest.raises(PoolingError, match=r"lost on the way \(search_path\)"):
            await require_settings(connection, {"jit": "off", "search_path": ""})
    finally:
        await connection.close()


async def test_notifications_are_heard_through_lent_sessions(cluster: Cluster, federation: Federation) -> None:
    heard = asyncio.Event()
    with bounced(cluster, SESSION) as running:
        connection = await listening(running.dsn(federation.readers["jsdc"]))
        await connection.add_listener("probe", lambda *_told: heard.set())
        other = await connect(federation.sources["jsdc"])
        await other.execute("NOTIFY probe")
        await asyncio.wait_for(heard.wait(), 5)
        await other.close()
        await connection.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("invalid literal for int() with base 10: 'secret@host'"), "its DSN cannot be read"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (TimeoutError(), "no answer in time"),
        (ConnectionError(), "ConnectionError"),
    ],
)
def test_the_reason_has_no_password(error: Exception, said: str) -> None:
    assert reason(error).startswith(said)
    assert "secret" not in reason(error)


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("postgresql://gateway:half/secret@localhost/hub", r"its DSN cannot be read.*GATEWAY_HUB"),
        ("postgresql://gateway:secret@127.0.0.1:1/hub", r"Connect.*GATEWAY_HUB"),
    ],
)
async def test_a_start_that_fails_says_why(dsn: str, said: str) -> None:
    with pytest.raises(HubUnavailable, match=said) as refused:
        await open_hub(dsn, Limits(), watch())
    assert "secret" not in str(refused.value)


async def test_a_database_that_is_not_there_is_named(bouncer: Bouncer, federation: Federation) -> None:
    with pytest.raises(HubUnavailable, match="nowhere"):
        await open_hub(bouncer.dsn(federation.hub).replace("/hub", "/nowhere"), Limits(), watch())


async def test_the_doctor_looks_at_what_lends(bouncer: Bouncer, federation: Federation) -> None:
    found = [
        one async for one in examine(bouncer.dsn(federation.hub), {"oidb": bouncer.dsn(federation.readers["oidb"])})
    ]
    assert [one for one in found if not one.well] == []
    lent = {one.where: one.what for one in found if one.what.startswith("lent ")}
    how = "a session" if bouncer.mode == SESSION else "a transaction"
    assert {what.partition(" at a time")[0] for what in lent.values()} == {f"lent {how}"}
    assert set(lent) == {"hub", "oidb"}
    jobs = [one async for one in examine_jobs(bouncer.dsn(federation.jobs))]
    assert all(one.well for one in jobs) is (bouncer.mode == SESSION)


@pytest.fixture(scope="module")
def apart(originals: Path) -> Iterator[Cluster]:
    """A cluster whose hub may be led astray: others are at work on the one they share."""
    with filled(find_binaries(), originals) as started:
        yield started


async def test_the_hub_comes_to_its_sources_through_a_pooler(apart: Cluster) -> None:
    """Which has to ignore what postgres_fdw is told to begin with; the doctor repeats what one says that does not."""
    statement = Statement("SELECT count(*), sum(raj2000) FROM jsdc.star", (), ("jsdc",))
    federation = federated(apart)
    hub = await open_hub(federation.hub, Limits(), watch())
    try:
        right = await hub.fetch(statement)
        with bounced(apart, SESSION, ignore_startup_parameters="options,jit") as running:
            await readdress(federation.owner, through(running, federation.readers))
            assert await hub.fetch(statement) == right
        with bounced(apart, SESSION) as refusing:
            await readdress(federation.owner, through(refusing, federation.readers))
            found = [one async for one in examine(federation.hub, {}) if not one.well]
            assert {one.where for one in found} == set(federation.readers)
            assert "unsupported startup parameter: options" in found[0].advice
    finally:
        await hub.close()
