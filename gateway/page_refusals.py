"""Refusals of the doors that are pages: why, and what whoever reads it can do; JSON for who reads no pages."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Scope

from gateway.addresses import base_url
from gateway.language import language, page_response
from gateway.login.challenges import cookie_challenge
from gateway.refusals import json_refusal, refusal_headers
from gateway.state import state_of
from planning.errors import GatewayError, Unauthenticated


def page_refusal(error: GatewayError, scope: Scope) -> Response:
    """A page with the sentence and the way on: to the login for who is nobody, back to whoever may for others."""
    from adapters.page.refusal import refusal_page

    http = HttpRequest(scope)
    if "text/html" not in http.headers.get("accept", ""):
        return json_refusal(error, scope)
    response = refused(http, refusal_page(error, _address(http), language(http)), error)
    if isinstance(error, Unauthenticated):
        # Of Basic a browser would ask in a dialog of its own, over the page that says what to do.
        settings = state_of(scope).settings
        response.headers["WWW-Authenticate"] = cookie_challenge(base_url(http, settings))
    return response


def refused(http: HttpRequest, page: str, error: GatewayError) -> Response:
    """A page that says an error, with its status and headers."""
    response = page_response(http, page, status=error.status)
    response.headers.update(refusal_headers(error))
    return response


def _address(http: HttpRequest) -> str:
    """Path and query of what was asked, where a login may lead back to."""
    query = http.url.query
    return f"{http.url.path}?{query}" if query else http.url.path
