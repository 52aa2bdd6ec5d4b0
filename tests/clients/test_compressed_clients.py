"""Clients that ask for a coding read what they read without one."""

import io
import re
import subprocess

import httpx
import pytest
import pyvo
import requests
from astropy.io.votable import parse_single_table
from backports import zstd

QUERY = "SELECT TOP 300 * FROM jsdc.star ORDER BY jsdc_id"
CODINGS = ("gzip", "zstd", "identity")


def plain(server: str) -> bytes:
    """The table as it is; its first line of INFO holds no time."""
    params = {"LANG": "ADQL", "QUERY": QUERY, "FORMAT": "votable/td"}
    return httpx.get(f"{server}/tap/sync", params=params, headers={"accept-encoding": "identity"}).content


@pytest.mark.parametrize("coding", CODINGS)
def test_pyvo_reads_each_coding(server: str, coding: str) -> None:
    codings: list[str | None] = []
    with requests.Session() as session:
        session.headers["Accept-Encoding"] = coding
        session.hooks["response"] = [lambda response, **_: codings.append(response.headers.get("content-encoding"))]
        read = pyvo.dal.TAPService(f"{server}/tap", session=session).run_sync(QUERY).to_table()
    wanted = parse_single_table(io.BytesIO(plain(server))).to_table(use_names_over_ids=True)
    assert codings[-1] == (None if coding == "identity" else coding)
    assert read.pformat(max_lines=-1, max_width=-1) == wanted.pformat(max_lines=-1, max_width=-1)
    assert len(read) == 300


def undated(document: bytes) -> bytes:
    """A document without the second in which it was asked for, and how its URL was spelt."""
    assert b'"request_date"' in document
    return re.sub(rb'(<INFO name="request(?:_date)?" value=")[^"]*', rb"\1", document)


def test_pyvo_asks_for_a_coding_by_itself(server: str) -> None:
    with requests.Session() as session:
        codings: list[str | None] = []
        session.hooks["response"] = [lambda response, **_: codings.append(response.headers.get("content-encoding"))]
        pyvo.dal.TAPService(f"{server}/tap", session=session).run_sync(QUERY)
    assert codings[-1] in ("gzip", "zstd")


def test_curl_has_the_same_bytes(server: str) -> None:
    command = [
        "curl",
        "-s",
        "-G",
        f"{server}/tap/sync",
        "-d",
        "LANG=ADQL",
        "-d",
        "FORMAT=votable/td",
        "--data-urlencode",
    ]
    packed = [*command, f"QUERY={QUERY}", "--compressed", "-w", "%{stderr}%{size_download}"]
    done = subprocess.run(packed, capture_output=True, check=True)
    assert undated(done.stdout) == undated(plain(server))
    assert int(done.stderr) < len(done.stdout) / 3


def test_zstd_is_what_python_reads(server: str) -> None:
    params = {"LANG": "ADQL", "QUERY": QUERY, "FORMAT": "votable/td"}
    with httpx.stream("GET", f"{server}/tap/sync", params=params, headers={"accept-encoding": "zstd"}) as response:
        assert undated(zstd.decompress(b"".join(response.iter_raw()))) == undated(plain(server))
