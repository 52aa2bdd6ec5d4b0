"""What the README shows is what happens: its requests, its answer, its tables of codes and settings."""

import argparse
import dataclasses
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import httpx
import pytest

import gateway.app
from gateway.settings import Settings
from planning import errors
from schema.catalog import DECLARED

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
HOST = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


CURL = argparse.ArgumentParser()
CURL.add_argument("url")
for flag in ("-s", "-G"):
    CURL.add_argument(flag, action="store_true")
CURL.add_argument("-o")
for words in ("-H", "-d", "-F", "--data-urlencode"):
    CURL.add_argument(words, action="append", default=[])


WRITERS = {CURL.parse_args(shlex.split(command)[1:]).o: command for command in COMMANDS if " -o " in command}
"""The command that writes a file which others send."""


def requested(command: str, server: str, folder: Path) -> httpx.Response:
    """The answer to a curl command of the README; a file that it sends and that is not there yet is fetched first."""
    told = CURL.parse_args(shlex.split(command.replace(HOST, server))[1:])
    headers = dict(line.split(": ", 1) for line in told.H)
    escaped = urlencode([tuple(word.split("=", 1)) for word in told.data_urlencode])
    query = "&".join(filter(None, (*(told.d if told.G else ()), escaped)))
    url = f"{told.url}?{query}" if query else told.url
    if told.F:
        answer = httpx.post(url, headers=headers, files=[part(word, server, folder) for word in told.F], timeout=30)
    elif told.d and not told.G:
        form = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        answer = httpx.post(url, headers=form, content="&".join(told.d), timeout=30)
    else:
        answer = httpx.get(url, headers=headers, timeout=30)
    if told.o:
        (folder / told.o).write_bytes(answer.content)
    return answer


def part(word: str, server: str, folder: Path) -> tuple[str, tuple[str | None, str | bytes]]:
    """A part of a form in parts; `@` before the name of a file."""
    name, value = word.split("=", 1)
    file = value.removeprefix("@")
    if file != value and not (folder / file).exists():
        requested(WRITERS[file], server, folder)
    return name, (None, value) if file == value else (file, (folder / file).read_bytes())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize("command", COMMANDS)
def test_request(command: str, server: str, folder: Path) -> None:
    response = requested(command, server, folder).raise_for_status()
    text = response.text
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
    assert all(f"`{name}`" in README for name in DECLARED.positioned)
