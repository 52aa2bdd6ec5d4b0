"""TAP 1.1: `/tap/sync`, and the plans of jobs."""

from starlette.requests import Request
from starlette.responses import Response

from adapters.tap.job import job_plan
from adapters.tap.parameters import RowLimits, tap_request
from adapters.tap.query import run_tap_query
from adapters.tap.uploads import upload_contents
from gateway.addresses import base_url
from gateway.forms import form
from gateway.routes.jobs import UNKEPT, XML, own_job
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from jobs.service import JobService

ACCUMULATING = ("upload",)


async def sync(http: Request) -> Response:
    """An ADQL query, answered as its rows come."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    async with form(http, settings.max_body_bytes, settings.max_upload_bytes, ACCUMULATING) as sent:
        limits, accept = RowLimits(settings.max_rows_default, settings.max_rows), http.headers.get("accept")
        base = base_url(http, settings)
        request = tap_request(sent.parameters, limits, accept, base, links=settings.links)
        uploads = upload_contents(request.uploads, sent.files, state.engine.fetch)
        timing.end("parse")
        body = run_tap_query(state.engine, request, uploads, step=timing.end)  # plans and runs, as for a job
        return await send(http, body, request.format, "result", timing, settings.sync_seconds)


async def plan(http: Request, service: JobService) -> Response:
    """What PostgreSQL would do for a job, and how much work that is, in words."""
    state = state_of(http.scope)
    limits = RowLimits(state.settings.max_rows_default, state.settings.max_rows)
    document = await job_plan(state.engine, limits, await own_job(http, service), service.spool)
    return Response(document, media_type=XML, headers=UNKEPT)
