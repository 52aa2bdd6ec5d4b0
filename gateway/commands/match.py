"""`python -m gateway xmatch sources.vot --table jsdc.star`: what is near each source of a list.

The hub that GATEWAY_HUB names is asked, or a gateway that is running (`--url`).
"""

import asyncio
import csv
import html
import io
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, aclosing, nullcontext
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import orjson

from adapters.xmatch.match import SentLists, crossmatch
from adapters.xmatch.parameters import list_request
from gateway.commands.publish import BLOCK
from gateway.commands.work import open_engine
from gateway.settings import SettingError, Settings
from planning.errors import GatewayError

DOOR = "/xmatch/list"
ERROR = re.compile(r'<INFO ID="Error" name="Error" value="([^"]*)"')
JSON_ERROR = re.compile(r'"message":("(?:[^"\\]|\\.)*")')
TABLE_ERROR = re.compile(r"error([,\t])message\n")


def match_here(settings: Settings, path: Path, parameters: Mapping[str, str], output: Path | None) -> int:
    """Match in the hub that the settings name; 0 if it was done."""
    if not settings.hub_jobs:
        message = "GATEWAY_HUB_JOBS is missing: the hub's DSN, as postgresql://gateway_jobs@localhost/hub"
        raise SettingError(message)
    try:
        asyncio.run(_match(settings, path, parameters, output))
    except (GatewayError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _match(settings: Settings, path: Path, parameters: Mapping[str, str], output: Path | None) -> None:
    async with open_engine(settings) as engine:
        request = list_request(engine.hub.catalog, parameters, settings.max_rows, None)
        await engine.hub.health.settled()
        with path.open("rb") as file:
            lists = SentLists({"sources": file})
            async with aclosing(crossmatch(engine.hub, engine.writers, lists, request)) as document:
                with _output(output) as written:
                    async for block in document:
                        written.write(block)


def match_at(url: str, path: Path, parameters: Mapping[str, str], output: Path | None) -> int:
    """Match at the gateway of this URL; 0 if it was done."""
    if not url.startswith(("http://", "https://")):
        message = f"--url is {url!r}: the address of a gateway is wanted, as http://127.0.0.1:8000"
        raise SettingError(message)
    boundary = secrets.token_hex(16)
    kind = f"multipart/form-data; boundary={boundary}"
    try:
        with path.open("rb") as file:
            body = _form(boundary, parameters, file)
            request = Request(url.rstrip("/") + DOOR, body, {"Content-Type": kind})  # noqa: S310 - looked at above
            with urlopen(request) as answer, _output(output) as written:  # noqa: S310
                while block := answer.read(BLOCK):
                    written.write(block)
    except HTTPError as error:
        print(f"{url} answers {error.code}: {_message(error)}", file=sys.stderr)
        return 1
    except (URLError, HTTPException, ValueError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _message(error: HTTPError) -> str:
    """The message of an error, out of its VOTable, its table of one row, or its JSON."""
    text = error.read(4000).decode(errors="replace")
    if match := ERROR.search(text):
        return html.unescape(match[1])
    if match := JSON_ERROR.search(text):
        return str(orjson.loads(match[1]))
    if match := TABLE_ERROR.match(text):
        return next(csv.reader(io.StringIO(text[match.end() :]), delimiter=match[1]))[1]
    return text


def _form(boundary: str, parameters: Mapping[str, str], file: IO[bytes]) -> Iterator[bytes]:
    """A form in parts (RFC 7578), the list last."""
    for name, value in parameters.items():
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    about = 'Content-Disposition: form-data; name="sources"; filename="sources.vot"'
    yield f"--{boundary}\r\n{about}\r\nContent-Type: application/x-votable+xml\r\n\r\n".encode()
    while block := file.read(BLOCK):
        yield block
    yield f"\r\n--{boundary}--\r\n".encode()


def _output(path: Path | None) -> AbstractContextManager[IO[bytes]]:
    return path.open("wb") if path else nullcontext(sys.stdout.buffer)
