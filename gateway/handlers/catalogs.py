"""`/restxq/catalogs`: the catalogue API of the JMMC (catalogs `modules/app.xql`), which a2p2 asks.

Errors have no body: the header `X-HTTP-Error-Description` says what is wrong.
"""

from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.catalogs import reading, writing
from adapters.catalogs.catalogue import NamedCatalogue, named_catalogue
from adapters.catalogs.delegations import change_delegations, delegations_asked, described_delegations
from adapters.tap.query import run_tap_query
from adapters.votable.formats import TABLEDATA, Negotiated
from gateway.middleware.authentication import READING
from gateway.request import body, query_values, until_disconnect
from gateway.state import state_of
from planning.asker import asker
from planning.errors import BadInput, Unauthenticated

SHOWN = 10
"""Rows of a catalogue that is asked whole."""
XML = "application/xml"


async def tables(http: HttpRequest) -> Response:
    """Every table of TAP with its description."""
    return _json(await until_disconnect(http, reading.listed_tables(state_of(http.scope).engine)))


async def columns(http: HttpRequest) -> Response:
    """The columns of a catalogue."""
    return _json(await until_disconnect(http, reading.columns_of(state_of(http.scope).engine, _catalogue(http))))


async def accounts(http: HttpRequest) -> Response:
    """The principal investigators of a catalogue; logins are told to nobody but whose they are."""
    _require_login()
    engine, person = state_of(http.scope).engine, asker()
    names = await until_disconnect(http, reading.investigators_of(engine, _catalogue(http), person))
    granted = await until_disconnect(http, described_delegations(engine.hub, names))
    return _json({
        "admins": "TODO",
        "pi": [
            {
                "name": name,
                "login": person.login if name.upper() in person.aliases else None,
                "delegations": granted.get(name.upper(), []),
                "firstname": None,
                "lastname": None,
            }
            for name in names
        ],
    })  # fmt: skip


async def delegations(http: HttpRequest) -> Response:
    """Whom principal investigators let write their rows; PUT changes it."""
    _require_login()
    hub, person = state_of(http.scope).hub, asker()
    if http.method == "PUT":
        given = writing.rows_given(bytes(await body(http, state_of(http.scope).settings.max_body_bytes)))
        await until_disconnect(http, change_delegations(hub, given))
        return _json(given)
    owners = delegations_asked(query_values(http).get("pi", ""), person)
    granted = await until_disconnect(http, described_delegations(hub, owners))
    listed = [entry for owner in owners for entry in granted.get(owner.upper(), [])]
    return _json({"pi": "/".join(owners), "login": person.login, "delegations": listed})


async def status(_http: HttpRequest) -> Response:
    """Who asks; how many people there are is not told."""
    person = asker()
    counts = dict.fromkeys(("nb_people", "nb_aliases", "uniq_aliases", "nb_people_with_delegation"))
    about = {"login": person.login or None, "groups": sorted(person.groups), "pi-aliases": sorted(person.aliases)}
    return _json([about | counts])


async def catalogue(http: HttpRequest) -> Response:
    """Ten rows of a catalogue; PUT changes rows, POST adds some."""
    state, named = state_of(http.scope), _catalogue(http)
    if http.method in READING:
        if not named.open:
            _require_login("Catalog is not public")
        request = reading.table_request(named, Negotiated(TABLEDATA, XML), SHOWN)
        blocks = [block async for block in run_tap_query(state.engine, request)]
        return Response(b"".join(blocks), media_type=XML)
    _require_login()
    sent = bytes(await body(http, state.settings.max_json_bytes))
    if http.method == "PUT":
        rows = [(writing.mandatory(named, row), row) for row in writing.rows_given(sent)]
        await until_disconnect(http, writing.update_rows(state.hub, named, rows))
        return Response(status_code=204)
    keys = await until_disconnect(http, writing.add_rows(state.hub, named, writing.rows_given(sent, text=False)))
    return _json({named.key: keys[0] if len(keys) == 1 else keys})


async def row(http: HttpRequest) -> Response:
    """A row of a catalogue; PUT changes it."""
    state, named, key = state_of(http.scope), _catalogue(http), http.path_params["id"]
    if http.method in READING:
        return _json(await until_disconnect(http, reading.row_of(state.engine, named, key)))
    _require_login()
    given = writing.row_given(bytes(await body(http, state.settings.max_body_bytes)))
    await until_disconnect(http, writing.update_rows(state.hub, named, [(key, given)]))
    return Response(status_code=204)


async def cell(http: HttpRequest) -> Response:
    """One value of a row."""
    named, column = _catalogue(http), http.path_params["key"]
    found = await until_disconnect(http, reading.row_of(state_of(http.scope).engine, named, http.path_params["id"]))
    if column not in found:
        message = f"{named.name} has no column {column[:60]!r}"
        raise BadInput(message)
    return _json({column: found[column]})


def _catalogue(http: HttpRequest) -> NamedCatalogue:
    return named_catalogue(http.path_params["catalogue"])


def _require_login(message: str = "Operation restricted to those who have logged in") -> None:
    if not asker().known:
        raise Unauthenticated(message)


def _json(value: Any) -> Response:
    text = orjson.dumps(value, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)
    return Response(text, headers={"Cache-Control": "private, no-cache"}, media_type="application/json")
