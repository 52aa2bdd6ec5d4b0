"""`/soda/sync`: parts of OIFITS files (SODA 1.0)."""

from collections.abc import Sequence
from contextlib import ExitStack

from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from adapters.soda.collection import Collection
from adapters.soda.files import GranuleFile, granule_files
from adapters.soda.links import SVG
from adapters.soda.parameters import FITS, SodaRequest, soda_request
from adapters.soda.picture import picture
from gateway.attachments import disposition
from gateway.oifits_cuts import Cut, cut_files, sent, worker
from gateway.oifits_files import NoContent, collection_of, open_files, refusals
from gateway.request import pairs, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from oifits.points import panels
from planning.errors import BadInput, NotFound

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a picture that is opened as a page may load: nothing."""


async def sync(http: HttpRequest) -> Response:
    """Cut the files of granules; of one granule without conditions, the file as it is."""
    timing, collection = ServerTiming(), _collection(http)
    request = soda_request(await pairs(http, state_of(http.scope).settings.max_body_bytes))
    timing.end("parse")
    files = await _files(http, request, collection)
    timing.end("plan")
    try:
        made = await worker(collection)(cut_files, collection, files, request)
    except NoContent:
        return Response(status_code=204, headers=timing.headers | {"Cache-Control": "no-store"})
    timing.end("run")
    headers = timing.headers | {
        "Content-Type": FITS, "Content-Length": str(made.size), "Cache-Control": "private, no-store",
    }  # fmt: skip
    headers |= disposition(_stem(files), ".fits")
    if http.method == "HEAD":
        made.opened.close()
        return Response(headers=headers)
    return CutResponse(made, headers)


async def preview(http: HttpRequest) -> Response:
    """A picture of the file of a granule."""
    collection = _collection(http)
    request = soda_request(await pairs(http, state_of(http.scope).settings.max_body_bytes))
    if len(request.ids) > 1 or not request.selection.everything:
        message = "A picture is of one file as it is: one ID is wanted, and no other parameter"
        raise BadInput(message)
    (file,) = await _files(http, request, collection)
    content = await worker(collection)(_picture, collection, file)
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": PICTURE_POLICY}
    return Response(content, media_type=SVG, headers=headers)


def _collection(http: HttpRequest) -> Collection:
    collection = collection_of(state_of(http.scope).settings)
    if collection is None:
        message = "No files are cut here: this service has no collection of them"
        raise NotFound(message)
    return collection


async def _files(http: HttpRequest, request: SodaRequest, collection: Collection) -> list[GranuleFile]:
    return await until_disconnect(http, granule_files(state_of(http.scope).hub, request.ids, collection))


def _picture(collection: Collection, file: GranuleFile) -> bytes:
    with ExitStack() as stack, refusals():
        (source,) = open_files(collection, [file], stack)
        return picture(panels(source), f"What is in the file of {file.id}")


def _stem(files: Sequence[GranuleFile]) -> str:
    """Name of the file that browsers save: of its granules, without what a header cannot have."""
    names = "-".join("".join(letter for letter in file.id.rpartition("?")[2] if letter.isdigit()) for file in files[:3])
    return f"oifits-{names}"


class CutResponse(StreamingResponse):
    """The bytes of a file, made in threads as they are sent; what is open is closed whatever happens."""

    def __init__(self, made: Cut, headers: dict[str, str]) -> None:
        super().__init__(sent(made.blocks), headers=headers)
        self._opened = made.opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close()
