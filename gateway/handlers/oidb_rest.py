"""`/restxq/oidb`: OiDB's REST, granules, their links, collections and comments (OiDB `modules/rest/*.xqm`)."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote
from xml.etree.ElementTree import Element

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.oidb import reading
from adapters.oidb.collections import collection_values, create_collection, delete_collection, store_collection
from adapters.oidb.comments import add_comment, comment_draft
from adapters.oidb.documents import read_document, require_root, response
from adapters.oidb.granules import (
    add_links,
    create_granules,
    delete_granule,
    drafts_of,
    granule_number,
    links_of,
    orphan_programs,
    update_granule,
)
from adapters.oidb.mirror import mirror_document
from adapters.oidb.values import granule_values
from adapters.tap.query import run_tap_query
from adapters.votable.fields import text_element
from gateway.oifits_files import collection_of
from gateway.request import body, query_values, until_disconnect
from gateway.routes.oidb_rest import PRIVATE, xml_response
from gateway.state import state_of
from hub.threads import compute
from planning.asker import asker
from planning.errors import Unauthenticated

Result = TypeVar("Result")
TO_BE_DONE = "TBD - copy tap's one"
"""What OiDB says of the capabilities and the availability of its links."""


async def granules(http: HttpRequest) -> Response:
    """POST: catalogue granules."""
    _require_login()
    state, drafts = state_of(http.scope), await _read(http, drafts_of)
    files = collection_of(state.settings)
    investigators = await until_disconnect(http, reading.investigators_of(state.engine, orphan_programs(drafts)))
    parts = await until_disconnect(http, create_granules(state.hub, drafts, investigators, files))
    return _success(*parts, said=f"Successfully uploaded {len(drafts)} granule(s)")


async def granule(http: HttpRequest) -> Response:
    """A granule; PUT changes it, DELETE removes it."""
    state, number = state_of(http.scope), granule_number(http.path_params["id"])
    if http.method == "GET":
        return xml_response(await until_disconnect(http, reading.granule_document(state.engine, number)))
    _require_login()
    if http.method == "DELETE":
        await until_disconnect(http, delete_granule(state.hub, number))
    else:
        values = await _read(http, lambda root: granule_values(require_root(root, "granule")))
        await until_disconnect(http, update_granule(state.hub, number, values, collection_of(state.settings)))
    return Response(status_code=204)


async def links(http: HttpRequest) -> Response:
    """The links of a granule as a VOTable; POST adds links, each to the granule that it names."""
    state = state_of(http.scope)
    if http.method == "GET":
        request = reading.links_request(granule_number(query_values(http).get("id", "")))
        return xml_response(b"".join([block async for block in run_tap_query(state.engine, request)]))
    added = await _added_links(http, None)
    return _success(said=f"Successfully uploaded ({added}) datalinks ")


async def granule_links(http: HttpRequest) -> Response:
    """POST: add links to a granule."""
    number = granule_number(http.path_params["id"])
    await _added_links(http, number)
    return _success(said=f"Successfully uploaded datalink(s) for '{number}'granule id")


async def _added_links(http: HttpRequest, number: int | None) -> int:
    _require_login()
    given = await _read(http, lambda root: links_of(root, number))
    await until_disconnect(http, add_links(state_of(http.scope).hub, given))
    return len(given)


async def collections(http: HttpRequest) -> Response:
    """The collections; POST makes one."""
    state = state_of(http.scope)
    if http.method == "GET":
        return xml_response(await until_disconnect(http, reading.collections_document(state.engine)))
    _require_login()
    values = await _read(http, lambda root: collection_values(require_root(root, "collection")))
    name = await until_disconnect(http, create_collection(state.hub, values))
    return xml_response(response(text_element("id", name)), 201, {"Location": name})


async def collection(http: HttpRequest) -> Response:
    """A collection; PUT makes or changes it, DELETE removes it with its granules."""
    state, name = state_of(http.scope), http.path_params["id"]
    if http.method == "GET":
        return xml_response(await until_disconnect(http, reading.collection_document(state.engine, name)))
    _require_login()
    if http.method == "DELETE":
        await until_disconnect(http, delete_collection(state.hub, name))
        return Response(status_code=204)
    values = await _read(http, lambda root: collection_values(require_root(root, "collection")))
    made = await until_disconnect(http, store_collection(state.hub, name, values))
    return Response(status_code=201 if made else 204, headers={"Location": quote(name, safe="")} if made else None)


async def comments(http: HttpRequest) -> Response:
    """POST: say something of a granule."""
    _require_login()
    draft = await _read(http, lambda root: comment_draft(require_root(root, "comment")))
    key = await until_disconnect(http, add_comment(state_of(http.scope).hub, draft))
    return Response(key, 201, media_type="text/plain")


async def keywords(http: HttpRequest) -> Response:
    """The keywords in use, or those that contain `q`."""
    engine, patterns = state_of(http.scope).engine, http.query_params.getlist("q")
    return _json(await until_disconnect(http, reading.keywords(engine, patterns)))


async def instruments(http: HttpRequest) -> Response:
    """The instruments with granules, by facility."""
    engine, given = state_of(http.scope).engine, query_values(http)
    work = reading.instruments_document(engine, given.get("facility_name", ""), given.get("instrument_name", ""))
    return xml_response(await until_disconnect(http, work))


async def modes(http: HttpRequest) -> Response:
    """The modes of an instrument."""
    engine = state_of(http.scope).engine
    return _json(await until_disconnect(http, reading.modes(engine, http.path_params["name"])))


async def mirrored(http: HttpRequest) -> Response:
    """Granules of data by the file that they are in, chosen by the filters of OiDB's search."""
    state = state_of(http.scope)
    given = http.query_params.multi_items()
    return xml_response(await until_disconnect(http, mirror_document(state.operations, state.hub, given)))


async def status(http: HttpRequest) -> Response:
    """What there is, as XML and as text."""
    return xml_response(await until_disconnect(http, reading.status_document(state_of(http.scope).engine)))


async def capabilities(_http: HttpRequest) -> Response:
    """As OiDB has it: nothing yet."""
    return xml_response(text_element("capabilities", TO_BE_DONE))


async def availability(_http: HttpRequest) -> Response:
    """As OiDB has it: nothing yet."""
    return xml_response(text_element("availability", TO_BE_DONE))


async def _read(http: HttpRequest, read: Callable[[Element], Result]) -> Result:
    """What is read of the document that was sent; in a thread, as it may be large."""
    sent = await body(http, state_of(http.scope).settings.max_json_bytes)
    return await compute(read_document, bytes(sent), read)


def _require_login() -> None:
    if not asker().known:
        message = "Permission denied: nobody has logged in"
        raise Unauthenticated(message)


def _success(*parts: str, said: str) -> Response:
    return xml_response(response(*parts, text_element("success", said)))


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), headers=PRIVATE, media_type="application/json")
