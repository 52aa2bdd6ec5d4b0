"""docker/front.conf, run by the real nginx: what is no whole request yet stays there; streams and sockets pass."""

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from serving import Server, patient
from waiting import until
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from localpg.options import LOOPBACK, free_port
from sample.federation import Federation

pytestmark = [pytest.mark.nginx, pytest.mark.timed]
ROOT = Path(__file__).parent.parent
NGINX = "/usr/sbin/nginx"
SHORT = {"client_header_timeout 10s": "client_header_timeout 1s", "client_body_timeout 20s": "client_body_timeout 1s"}
STARS = "/tap/sync?LANG=ADQL&FORMAT=csv&MAXREC=9000&QUERY=SELECT+s.*+FROM+jsdc.star+AS+s"
CLIENT = "192.0.2.7"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("front")
    made.chmod(0o755)
    return made


@contextmanager
def fronted(folder: Path, gateway: str, changes: dict[str, str]) -> Iterator[int]:
    """nginx before a gateway, at a port of its own; `changes` are of its configuration, and each must be met."""
    port = free_port()
    text = re.sub(r"(?<= )(/var)?/tmp/", f"{folder}/", (ROOT / "docker/front.conf").read_text())
    moved = {"gateway:8000": gateway, "listen 8080": f"listen {LOOPBACK}:{port}", "/etc/nginx/tls/": f"{folder}/tls/"}
    for old, new in (changes | moved).items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "front.conf").write_text(text)
    command = [NGINX, "-e", "stderr", "-p", folder, "-c", folder / "front.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(port), 10)
        assert process.poll() is None, "another process has the port"
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as looking:
        return looking.connect_ex((LOOPBACK, port)) == 0


@pytest.fixture(scope="module")
def gateway(federation: Federation) -> Iterator[str]:
    with Server(patient(federation, max_requests=2, proxies=LOOPBACK)) as url:
        yield url


@pytest.fixture(scope="module")
def front(folder: Path, gateway: str) -> Iterator[str]:
    with fronted(folder, urlsplit(gateway).netloc, SHORT) as port:
        yield f"http://{LOOPBACK}:{port}"


async def test_answers_and_streams_are_those_of_the_gateway(gateway: str, front: str) -> None:
    async with httpx.AsyncClient(timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        assert (await client.get(f"{front}/readyz")).json() == (await client.get(f"{gateway}/readyz")).json()
        table, right = await client.get(f"{front}{STARS}"), await client.get(f"{gateway}{STARS}")
        assert table.text == right.text
        assert len(table.text.splitlines()) == 9001
        assert front in (await client.get(f"{front}/tap/capabilities")).text  # Host is passed on


async def test_subscriptions_pass(front: str) -> None:
    address = front.replace("http", "ws") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as opened:
        await opened.send('{"type": "connection_init"}')
        assert "connection_ack" in str(await opened.recv())


@pytest.mark.parametrize(
    "sent",
    [b"GET /livez HTTP/1.1\r\nHost: g\r\n", b"POST /graphql HTTP/1.1\r\nHost: g\r\nContent-Length: 50\r\n\r\n{"],
    ids=["head", "body"],
)
async def test_what_is_no_whole_request_does_not_reach_the_gateway(front: str, sent: bytes) -> None:
    parts = urlsplit(front)
    held = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(4)]
    for _, writer in held:
        writer.write(sent)
    async with httpx.AsyncClient(base_url=front) as client:
        assert (await client.get("/tap/availability")).status_code == 200
    for reader, writer in held:
        with suppress(ConnectionResetError):  # reset_timedout_connection: nginx keeps nothing of it
            assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_a_client_does_not_say_who_it_is(folder: Path, federation: Federation) -> None:
    """X-Forwarded-For of a client counts for nothing: 2 requests are allowed to its address, and it has one."""
    with Server(patient(federation, rate=0.01, burst=2, proxies=LOOPBACK)) as gateway:
        told = {
            "$remote_addr;\n            proxy_set_header X-Forwarded-Proto": f"{CLIENT};\n            proxy_set_header X-Forwarded-Proto"
        }
        with fronted(folder, urlsplit(gateway).netloc, told) as port:
            async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}") as client:
                asked = [await client.get("/", headers={"X-Forwarded-For": f"192.0.2.{i}"}) for i in range(20, 26)]
    assert {one.status_code for one in asked[:2]} == {200}
    assert asked[-1].status_code == 429


@pytest.fixture
def certificate(folder: Path) -> Iterator[Path]:
    """A certificate that signs itself, and its key, where `tls.conf` looks for them; no other test finds them there."""
    (folder / "tls").mkdir()
    names = ["-keyout", folder / "tls/key.pem", "-out", folder / "tls/certificate.pem"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=gateway", "-days", "2", *names]
    subprocess.run(made, check=True, capture_output=True)
    yield folder / "tls/certificate.pem"
    shutil.rmtree(folder / "tls")


async def test_tls_and_its_second_version(folder: Path, gateway: str, certificate: Path) -> None:
    port = free_port()
    text = (ROOT / "docker/tls.conf.example").read_text().replace("/etc/nginx/tls/", f"{folder}/tls/")
    (folder / "tls/tls.conf").write_text(text.replace("listen 8443", f"listen {LOOPBACK}:{port}"))
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.check_hostname = False
    with fronted(folder, urlsplit(gateway).netloc, {}):
        async with httpx.AsyncClient(verify=trusting) as client:
            answer = await client.get(f"https://{LOOPBACK}:{port}/tap/capabilities")
            assert f"https://{LOOPBACK}:{port}/tap" in answer.text  # the gateway hears that it is asked over TLS
        trusting.set_alpn_protocols(["h2"])
        with socket.create_connection((LOOPBACK, port)) as plain, trusting.wrap_socket(plain) as encrypted:
            assert encrypted.selected_alpn_protocol() == "h2"
