"""The commands as a newcomer types them."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from people import basic

from gateway.commands.demo_settings import demo_databases, demo_settings, demo_url, describe_settings
from gateway.settings import unknown_settings
from hub.health import HealthMonitor
from hub.limits import Limits
from hub.rows import connect, open_hub
from localpg.cluster import Cluster
from planning.errors import HubUnavailable
from planning.sql import Statement
from sample.federation import Federation, dsn
from schema.catalog import SOURCES
from schema.foreign import JOBS, READER, ROLE, WRITER

ROOT = Path(__file__).parent.parent.parent
NOWHERE = "postgresql://gateway@/nowhere?host=/nonexistent"
ROLES = {"HUB": ROLE, "HUB_WRITER": WRITER, "HUB_JOBS": JOBS}


def gateway(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
        env=os.environ | environment,
    )


@pytest.fixture(scope="session")
def environment(cluster: Cluster, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    sources = {f"GATEWAY_{name.upper()}": dsn(cluster, name, READER) for name in SOURCES}
    jobs = {"GATEWAY_HUB_JOBS": federation.jobs, "GATEWAY_SPOOL": str(tmp_path_factory.mktemp("spool"))}
    return sources | jobs | {"GATEWAY_HUB": federation.hub}


def test_doctor_finds_all_well(environment: dict[str, str]) -> None:
    told = gateway("doctor", **environment)
    assert told.returncode == 0, told.stdout + told.stderr
    assert all(
        f" {table.qualified} " in told.stdout and f" {table.remote} " in told.stdout
        for source in SOURCES.values()
        for table in source.tables
    )
    assert "FAIL" not in told.stdout
    assert {line.split()[0] for line in told.stdout.splitlines()[:-1]} == {"ok"}


async def test_doctor_says_what_to_do(environment: dict[str, str], federation: Federation) -> None:
    owner = await connect(federation.sources["oidb"])
    hub = await connect(federation.owner)
    await owner.execute("DROP INDEX oidb_spatial; ALTER TABLE oidb RENAME COLUMN procsoft TO software")
    await hub.execute("ALTER SERVER oidb OPTIONS (DROP extensions)")
    try:
        told = gateway("doctor", **environment | {"GATEWAY_HUB_JOBS": federation.writer})
    finally:
        await owner.execute("ALTER TABLE oidb RENAME COLUMN software TO procsoft")
        body = await hub.fetchval("SELECT extname FROM pg_extension WHERE extname IN ('pg_sphere', 'cube')")
        await hub.execute(f"ALTER SERVER oidb OPTIONS (ADD extensions '{body}')")
        from schema.space import BODIES, indexes

        await owner.execute(indexes(SOURCES["oidb"], BODIES[federation.body]))
        await owner.close()
        await hub.close()
    assert told.returncode == 1
    assert "procsoft is missing" in told.stdout
    assert "CREATE INDEX IF NOT EXISTS oidb_spatial" in told.stdout
    assert "option extensions" in told.stdout
    assert told.stdout.count("role of jobs may make tables there\n      ->") == 5
    assert told.stdout.count("FAIL ") == 8


def test_identify_tells_what_it_found(environment: dict[str, str], federation: Federation) -> None:
    told = gateway("identify", "--full", **environment, GATEWAY_HUB_WRITER=federation.writer, COLUMNS="80")
    assert told.returncode == 0, told.stdout + told.stderr
    assert all(name in told.stdout for name in ("obsportal.target", "oidb.granule", "spica.target", "jsdc.badcal"))
    assert "position and name" in told.stdout


def test_identify_needs_a_role_that_may_write(environment: dict[str, str], federation: Federation) -> None:
    told = gateway("identify", **environment)
    assert told.returncode == 2
    assert "GATEWAY_HUB_WRITER is missing" in told.stderr
    told = gateway("identify", **environment, GATEWAY_HUB_WRITER=federation.hub)
    assert told.returncode == 1
    assert "gateway_identity may" in " ".join((told.stdout + told.stderr).split())
    assert "Traceback" not in told.stdout + told.stderr


def test_doctor_without_a_hub() -> None:
    told = gateway("doctor", GATEWAY_HUB=NOWHERE)
    assert told.returncode == 1
    assert "GATEWAY_HUB" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("GATEWAY_HUB", "", "GATEWAY_HUB is missing"),
        ("GATEWAY_PORT", "http", "GATEWAY_PORT is 'http'"),
        ("GATEWAY_MAX_PAGE", "-1", "cannot be negative"),
        ("GATEWAY_INTROSPECTION", "perhaps", "GATEWAY_INTROSPECTION is 'perhaps'"),
        ("GATEWAY_URL", "tap.jmmc.fr", "GATEWAY_URL is 'tap.jmmc.fr'"),
        ("GATEWAY_PORT", "88130", "from 0 to 65535"),
        ("GATEWAY_CONNECTIONS", "0", "from 1 to"),
        ("GATEWAY_RATE", "nan", "GATEWAY_RATE is nan"),
        ("GATEWAY_STATEMENT_SECONDS", "inf", "GATEWAY_STATEMENT_SECONDS is inf"),
        ("GATEWAY_STREAM_SECONDS", "3000000", "from 0 to 2000000"),
        ("GATEWAY_JOB_DAYS", "3000000", "from 0 to 36500"),
        ("GATEWAY_OIDB", "host=db password=secret", "GATEWAY_OIDB cannot be read: a DSN, as postgresql://"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, hint: str) -> None:
    told = gateway("serve", **({"GATEWAY_HUB": "postgresql://x"} | {name: value}))
    assert told.returncode == 2
    assert hint in told.stderr
    assert "Traceback" not in told.stderr
    assert "secret" not in told.stderr


def test_a_setting_that_there_is_not_is_named() -> None:
    told = gateway("serve", GATEWAY_HUB="", GATEWAY_MAX_ROW="secret", GATEWAY_QQQ="1", GATEWAY_PG="auto")
    lines = {line.split()[0]: line for line in told.stderr.splitlines()}
    wrong = "GATEWAY_MAX_ROW is no setting, and is passed over; perhaps you meant GATEWAY_MAX_ROWS"
    assert lines["GATEWAY_MAX_ROW"] == wrong
    assert lines["GATEWAY_QQQ"].startswith("GATEWAY_QQQ is no setting")
    assert lines["GATEWAY_HUB"].startswith("GATEWAY_HUB is missing")
    assert "GATEWAY_PG" not in lines


def test_what_documents_name_is_known() -> None:
    named = {*re.findall(r"GATEWAY_[A-Z_]*[A-Z]", (ROOT / "docs/settings.md").read_text()), "GATEWAY_OIDB_OWNER"}
    assert len(named) > 50
    assert unknown_settings(dict.fromkeys(named, "1")) == []


@pytest.mark.parametrize(
    ("command", "changed", "hint"),
    [
        (["serve"], {"HUB": NOWHERE}, "check GATEWAY_HUB"),
        (["serve"], {"SPOOL": "/dev/full"}, "GATEWAY_SPOOL is '/dev/full'"),
        (["serve"], {"DOCUMENTS": "/nowhere"}, "GATEWAY_DOCUMENTS is '/nowhere'"),
        (["work"], {"HUB": NOWHERE}, "check GATEWAY_HUB"),
        (["work"], {"SPOOL": "/dev/full"}, "GATEWAY_SPOOL is '/dev/full'"),
        (["setup"], {"HUB_OWNER": NOWHERE}, "No such file or directory"),
        (["setup"], {"HUB_OWNER": "hub"}, "GATEWAY_HUB_OWNER cannot be read"),
        (["breaking", "nowhere"], {}, "'nowhere'"),
        (["demo", "--port", "99999"], {}, "'99999' is not from 1 to 65535"),
        (["demo", "--stars", "many"], {}, "'many' is not from 1 to 2500000"),
        (["xmatch", __file__, "--table", "jsdc.star", "--url", "http://[::1"], {}, "Invalid IPv6 URL"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    environment: dict[str, str], command: list[str], changed: dict[str, str], hint: str
) -> None:
    told = gateway(*command, **environment | {f"GATEWAY_{name}": value for name, value in changed.items()})
    assert told.returncode != 0
    assert hint in " ".join(told.stderr.split())
    assert "Traceback" not in told.stdout + told.stderr


def test_a_file_cut_short_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cut.vot.gz").write_bytes(gzip.compress(b"<VOTABLE/>")[:-12])
    for command in (["publish"], ["xmatch", "--table", "jsdc.star"]):
        told = gateway(*command, str(tmp_path / "cut.vot.gz"), **environment)
        assert told.returncode == 1
        assert "gzip that was cut short" in told.stderr
        assert "Traceback" not in told.stderr


def test_a_hub_that_is_not_set_up(cluster: Cluster, environment: dict[str, str]) -> None:
    unset = {f"GATEWAY_{name}": dsn(cluster, "postgres", role) for name, role in ROLES.items()}
    for command in ("doctor", "identify", "work"):
        told = gateway(command, **environment | unset)
        assert told.returncode == 1
        assert "python -m gateway setup" in " ".join((told.stdout + told.stderr).split())
        assert "Traceback" not in told.stdout + told.stderr


async def test_a_question_to_a_hub_that_is_not_set_up(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    hub = await open_hub(dsn(cluster, "postgres", ROLE), Limits(), HealthMonitor([]))
    try:
        with pytest.raises(HubUnavailable, match="not set up for this release"):
            await hub.fetch(Statement("SELECT 1 FROM jsdc.star", (), ()))
    finally:
        await hub.close()
    assert "python -m gateway setup" in caplog.text


def test_a_demo_takes_all_settings_but_its_databases(tmp_path: Path, federation: Federation) -> None:
    own = demo_databases(federation)
    environment = {
        "GATEWAY_HUB": NOWHERE, "GATEWAY_OIDB": NOWHERE, "GATEWAY_PORT": "8123", "GATEWAY_MAX_ROWS": "11",
        "GATEWAY_LOG": "json", "GATEWAY_URL": "https://gateway.test", "GATEWAY_METRICS": "true",
    }  # fmt: skip
    told = demo_settings(environment, own, tmp_path, None)
    assert (told.hub, told.sources) == (federation.hub, dict(federation.readers))
    assert (told.hub_writer, told.hub_jobs) == (federation.writer, federation.jobs)
    assert (told.port, told.max_rows, told.log, told.metrics) == (8123, 11, "json", True)
    assert (told.spool, told.upload_hosts) == (str(tmp_path), "127.0.0.1")
    chosen = {"GATEWAY_SPOOL": "/spool", "GATEWAY_UPLOAD_HOSTS": "data.jmmc.fr", "GATEWAY_HOST": "0.0.0.0"}  # noqa: S104
    told = demo_settings(environment | chosen, own, tmp_path, 8124)
    assert (told.spool, told.upload_hosts, told.port) == ("/spool", "data.jmmc.fr", 8124)
    assert demo_url(told) == "http://127.0.0.1:8124"
    ours, given, passed_over = describe_settings(environment | {"GATEWAY_PG": "wheel"}, own)
    assert {"GATEWAY_HUB", "GATEWAY_OIDB", "GATEWAY_SPOOL"} <= set(ours.partition(": ")[2].split(", "))
    assert given.endswith(": GATEWAY_LOG, GATEWAY_MAX_ROWS, GATEWAY_METRICS, GATEWAY_PORT, GATEWAY_URL")
    assert passed_over.endswith(": GATEWAY_HUB, GATEWAY_OIDB")


def test_a_demo_says_what_is_wrong_before_it_is_set_up() -> None:
    told = gateway("demo", GATEWAY_MAX_PAGE="many", GATEWAY_OIDB="nothing")
    assert (told.returncode, told.stdout) == (2, "")
    assert "GATEWAY_MAX_PAGE is 'many'" in told.stderr


def test_a_demo_says_that_its_port_is_taken_before_it_is_set_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = gateway("demo", "--port", str(port), "--data", str(tmp_path / "sample"))
    assert (told.returncode, told.stdout) == (1, f"Port {port} is taken: try --port {port + 1}\n")
    assert not (tmp_path / "sample").exists()


def introduced(text: str) -> list[tuple[str, str]]:
    """Logins and passwords of the people whom the demo introduces."""
    return re.findall(r"^  ([\w-]+) +(\S+)  \w", text.partition("Log in, by")[2], re.MULTILINE)


def logged_in(login: str, password: str) -> tuple[list[str], list[str]]:
    """Aliases and groups that the demo knows somebody by."""
    asked = Request("http://127.0.0.1:8977/account", headers=basic(login, password))
    with urlopen(asked, timeout=5) as answer:  # noqa: S310 - of this machine
        told = json.loads(answer.read())
    assert told["login"] == login
    return told["aliases"], told["groups"]


@pytest.mark.timed
def test_demo_starts_serves_and_leaves_nothing() -> None:
    home = Path(f"/var/tmp/jmmc-test-{os.getpid()}")  # noqa: S108 - where the server's account can go, even for root
    command = [sys.executable, "-m", "gateway", "demo", "--port", "8977", "--data", str(home)]
    told = {"GATEWAY_MAX_PAGE": "7", "GATEWAY_ORIGINS": "https://www.jmmc.fr", "GATEWAY_HUB": NOWHERE}
    demo = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=os.environ | told
    )
    assert demo.stdout
    try:
        text = "".join(iter(demo.stdout.readline, "Ctrl-C stops everything; a cache folder is all that stays.\n"))
        with urlopen("http://127.0.0.1:8977/readyz", timeout=5) as answer:
            ready = json.loads(answer.read())
        body = json.dumps({"query": "{ stars(first: 8) { nodes { name } } }"}).encode()
        asked = Request("http://127.0.0.1:8977/graphql", body, {"Content-Type": "application/json", "Origin": "x"})
        with urlopen(asked, timeout=5) as answer:  # noqa: S310 - of this machine
            refused, headers = json.loads(answer.read()), answer.headers
        people = {login: logged_in(login, password) for login, password in introduced(text)}
        demo.send_signal(signal.SIGINT)
        rest, _ = demo.communicate(timeout=60)
    finally:
        demo.kill()
        subprocess.run(["rm", "-rf", str(home)], check=True)
    assert demo.returncode == 0
    assert set(ready["sources"].values()) == {"up"}
    assert people == {
        "admin": ([], ["admin"]), "pi-s01": (["PI S01"], []), "pi-s05": (["PI S05"], []),
        "coi-s01": (["COI S01"], []),
        "spica-qcs": ([], ["spica"]), "stranger": ([], []),
    }  # fmt: skip
    assert re.search(
        r"curl -s http://127.0.0.1:\d+/token -d grant_type=password -d username=pi-s01 -d password=\S+\n", text
    )
    assert '"name": "HD 48329"' in text
    assert "pyvo.dal.SCSService" in text
    assert "7" in refused["errors"][0]["message"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "As the environment says: GATEWAY_MAX_PAGE, GATEWAY_ORIGINS\n" in text
    assert "databases of its own: GATEWAY_HUB\n" in text
    assert NOWHERE not in text
    assert rest == ""


def test_compose_file_is_sound() -> None:
    told = subprocess.run(
        [
            Path(sys.executable).parent / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            "docker-compose.yml",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert told.returncode == 0, told.stdout
