"""`/web`: the built files of the pages, whose names change with what is in them, compressed when they were built."""

import mimetypes
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from adapters.page.built_files import ADDRESS, BUILT
from gateway.codings import qualities
from gateway.door import Door

SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Codings that files were written in beforehand, the smaller one first."""
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Built(StaticFiles):
    """Files that never change, in the coding that a request accepts."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; raises `HTTPException`."""
        accepted = qualities(Headers(scope=scope).get("accept-encoding", ""))
        for coding, suffix in SUFFIXES.items():
            if accepted.get(coding, accepted.get("*", 0)) and self._has(f"{path}{suffix}"):
                response = await super().get_response(f"{path}{suffix}", scope)
                kind = mimetypes.guess_type(Path(path).name)[0] or "application/octet-stream"
                response.headers.update({"Content-Encoding": coding, "Content-Type": kind} | KEPT)
                return response
        response = await super().get_response(path, scope)
        response.headers.update(KEPT)
        return response

    def _has(self, path: str) -> bool:
        """Whether there is a file; no name of one is too long, or has a zero byte."""
        try:
            return self.lookup_path(path)[1] is not None
        except (OSError, ValueError):
            return False


DOOR = Door(endpoints=(Mount(ADDRESS, Built(directory=BUILT, check_dir=False)),))
