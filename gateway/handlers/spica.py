"""`/spica`: the survey to work in, as pages, or as the JSON of the GraphQL document that a page asks."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.page import spica as pages
from adapters.page.built_files import page_document
from adapters.page.spica_filters import target_variables
from adapters.page.spica_words import NOBODY_IMPORTS, OTHERS_IMPORT, READ_ONLY, STATUSES
from adapters.votable.formats import JSON
from gateway.accept import named_format, wants_json
from gateway.language import language, page_response
from gateway.login.credentials import VARYING
from gateway.page_documents import answer, payload_of
from gateway.payloads import json_payload
from gateway.request import parameters
from gateway.state import state_of
from hub.threads import compute
from planning.asker import asker
from planning.errors import BadInput, Forbidden, NotFound, Unauthenticated
from resolvers.request import OperationResult

LARGEST = 10_000
"""Bytes of a form, of which these pages have none."""
HEADERS = {"Vary": f"Accept, {VARYING}"}
NIGHT = "/night"
OBSERVATORY = timedelta(hours=8)
"""West of Greenwich, where CHARA is: its evening is still that of the day before for us."""


async def programs(http: HttpRequest) -> Response:
    """All programmes, one's own first."""
    result = await _answer(http, "SpicaPrograms", {})
    if _for_machines(http):
        return _json(result)
    return page_response(http, await compute(pages.programs_page, payload_of(result), _reader(http), language(http)))


async def program(http: HttpRequest) -> Response:
    """A programme, with its runs of one status or of all."""
    name, params = http.path_params["name"], await parameters(http, LARGEST)
    status = params.get("status")
    if status and status not in STATUSES:
        message = f"status is {status[:20]!r}: one of {', '.join(STATUSES)} is wanted"
        raise BadInput(message)
    runs = {"runStatus": {"eq": status}} if status else None
    result = await _answer(http, "SpicaProgram", {"name": name, "runs": runs, "after": params.get("after")})
    payload = payload_of(result)
    _require(payload, "spicaProgram", f"There is no programme {name[:20]!r}")
    if _for_machines(http):
        return _json(result)
    written = await compute(pages.program_page, name, params, payload, _reader(http), language(http))
    return page_response(http, written)


async def targets(http: HttpRequest) -> Response:
    """The targets that the filters leave; a table of them where a format is named."""
    params, message = await parameters(http, LARGEST), ""
    try:
        variables = target_variables(params)
    except BadInput as error:
        if _for_machines(http):
            raise
        variables, message = {"first": 0}, error.message
    form = named_format(http.scope)
    if form and not wants_json(http.scope):
        asked = {"query": page_document("SpicaTargetsTable"), "variables": orjson.dumps(variables).decode()}
        return RedirectResponse(f"/graphql?{urlencode(asked | {'RESPONSEFORMAT': form})}", 303)
    result = await _answer(http, "SpicaTargets", variables) if not message else OperationResult({"data": None})
    if _for_machines(http):
        return _json(result)
    written = await compute(pages.targets_page, params, payload_of(result), message, _reader(http), language(http))
    return page_response(http, written, status=400 if message else 200)


async def target(http: HttpRequest) -> Response:
    """A target."""
    key = http.path_params["key"]
    result = await _answer(http, "SpicaTarget", {"id": key})
    payload = payload_of(result)
    _require(payload, "spicaTarget", f"There is no target {key[:20]!r}")
    if _for_machines(http):
        return _json(result)
    return page_response(http, await compute(pages.target_page, key, payload, _reader(http), language(http)))


async def night(http: HttpRequest) -> Response:
    """A night; machines are sent to where it is a table."""
    if _for_machines(http) or named_format(http.scope):
        query = http.url.query
        return RedirectResponse(f"{NIGHT}?{query}" if query else NIGHT, 303, HEADERS)
    evening = (datetime.now(UTC) - OBSERVATORY).date().isoformat()
    return page_response(http, await compute(pages.night_page, _reader(http), evening, language(http)))


async def imports(http: HttpRequest) -> Response:
    """The import of targets, for those who may write some."""
    reader = _reader(http)
    if not reader.writable:
        raise Forbidden(READ_ONLY)
    if not reader.asker.known:
        raise Unauthenticated(NOBODY_IMPORTS)
    if not (reader.given["admin"] or reader.given["names"]) or not reader.given["writes"]:
        raise Forbidden(OTHERS_IMPORT)
    return page_response(http, await compute(pages.import_page, reader, language(http)))


def _reader(http: HttpRequest) -> pages.Reader:
    return pages.Reader(asker(), bool(state_of(http.scope).settings.spica_writer))


async def _answer(http: HttpRequest, document: str, variables: Mapping[str, Any]) -> OperationResult:
    return await answer(http, page_document(document), variables)


def _require(payload: Mapping[str, Any], field: str, message: str) -> None:
    """Raise `NotFound` where a database has answered that there is no such row."""
    if not payload.get("errors") and not (payload.get("data") or {}).get(field):
        raise NotFound(message)


def _for_machines(http: HttpRequest) -> bool:
    return "text/html" not in http.headers.get("accept", "") or wants_json(http.scope)


def _json(result: OperationResult) -> Response:
    return Response(json_payload(result.payload), result.refusal or 200, HEADERS, JSON.media_type)
