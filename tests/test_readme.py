"""What the README shows is what happens: its requests, its answer, its tables of codes and settings."""

import dataclasses
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

import gateway.app
from adapters.votable.cone import POSITIONED
from gateway.settings import Settings
from resolvers import errors

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
HOST = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


def requested(command: str, server: str) -> Request:
    """The request that a curl command of the README makes."""
    words = shlex.split(command.replace(HOST, server))
    assert words.pop(0) == "curl"
    url, headers, body, query = "", {}, None, []
    while words:
        match words.pop(0):
            case "-s" | "-G":
                pass
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0).encode()
            case "--data-urlencode":
                query.append(words.pop(0).partition("="))
            case word:
                url = word
    told = urlencode([(name, value) for name, _, value in query])
    return Request(f"{url}?{told}" if told else url, body, headers)  # noqa: S310


@pytest.mark.parametrize("command", COMMANDS)
def test_request(command: str, server: str) -> None:
    with urlopen(requested(command, server), timeout=30) as response:  # noqa: S310
        text = response.read().decode()
    if response.headers["content-type"].startswith("application/json"):
        assert "errors" not in json.loads(text)
    elif "xml" in response.headers["content-type"]:
        assert "<TR>" in text
        assert 'value="ERROR"' not in text
    else:
        assert len(text.splitlines()) > 2


def test_answer(server: str) -> None:
    question, answer = blocks("graphql")[0], blocks("json")[0]
    body = json.dumps({"query": question}).encode()
    with urlopen(Request(f"{server}/graphql", body, {"Content-Type": "application/json"}), timeout=30) as response:  # noqa: S310
        assert json.loads(response.read())["data"] == json.loads(answer)["data"]


@pytest.mark.parametrize("snippet", blocks("python"))
def test_snippet(snippet: str, server: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", snippet.replace(HOST, server)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "HD 48329" in done.stdout


def test_every_code_is_told() -> None:
    assert gateway.app, "all of the gateway is imported"
    kinds = [errors.GatewayError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    codes = {kind.code for kind in kinds}
    table = set(re.findall(r"[A-Z_]{4,}", README.partition("| code |")[2].partition("\n\n")[0]))
    assert codes <= table


def test_every_setting_is_told() -> None:
    told = set(re.findall(r"`GATEWAY_([A-Z_]+)`", README))
    names = {item.name.upper() for item in dataclasses.fields(Settings)} - {"SOURCES"}
    assert names <= told


def test_every_cone_search_is_told() -> None:
    assert all(f"`{name}`" in README for name in POSITIONED)
