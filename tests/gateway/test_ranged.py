"""Files that are read over HTTP by ranges, from a server in a thread."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import synthetic_oifits as synthetic

from gateway.ranged import open_url
from oifits.cut import cut
from oifits.output import written
from oifits.parts import part_of
from oifits.selection import Selection
from oifits.source import Source, open_file
from planning.errors import SourceUnavailable

SELECTION = Selection(targets=("alf Cen",))


class Ranges(BaseHTTPRequestHandler):
    """Gives ranges of one content, and counts its bytes; at /whole the whole of it, at /moved an address of another host."""

    content = b""
    sent = 0

    def do_GET(self) -> None:
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"])
        assert match
        part = self.content[int(match[1]) : int(match[2]) + 1]
        Ranges.sent += len(part)
        self.send_response({"/whole": 200, "/moved": 302, "/gone": 404}.get(self.path, 206))
        self.send_header("Location", "http://elsewhere.invalid/")
        self.send_header("Content-Length", str(len(part)))
        if self.path == "/file":
            self.send_header("Content-Range", f"bytes {match[1]}-{int(match[1]) + len(part) - 1}/{len(self.content)}")
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.long(tmp_path_factory.mktemp("ranged") / "long.fits", 5_000_000)


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    Ranges.content = path.read_bytes()
    with ThreadingHTTPServer(("127.0.0.1", 0), Ranges) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def part(source: Source) -> bytes:
    return b"".join(written(cut([part_of(source, SELECTION)], b"")))


def test_a_part_is_that_of_the_file(address: str, path: Path) -> None:
    with open_file(path) as local:
        wanted = part(local)
    ranged = open_url(f"{address}/file")
    assert ranged.size == path.stat().st_size
    assert part(ranged) == wanted
    ranged.close()
    assert Ranges.sent < 4 * path.stat().st_size  # its rows are read to be chosen, and once more to be sent


@pytest.mark.parametrize("where", ["whole", "moved", "gone"])
def test_what_gives_no_ranges_is_not_read(address: str, where: str) -> None:
    with pytest.raises(SourceUnavailable):
        open_url(f"{address}/{where}")


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        open_url("http://127.0.0.1:9/file")
