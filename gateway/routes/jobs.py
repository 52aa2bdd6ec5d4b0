"""`/tap/async`: queries that nobody waits for (TAP 1.1 section 2.2.3, UWS 1.1).

A job is anybody's who knows its identifier, which nobody can guess; the list has those of the client's own address.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from adapters.tap.parameters import parse_uploads
from adapters.uws.notation import RESULT, uws_instant
from adapters.votable.envelope import error_document
from adapters.votable.fields import legal_xml
from adapters.votable.formats import VOTABLE
from adapters.votable.parameters import int_parameter, last_values, repeated_values
from gateway.addresses import base_url
from gateway.door import FORM, Endpoint
from gateway.forms import SubmittedForm, form
from gateway.middleware.load import uncounted
from gateway.request import until_disconnect
from gateway.state import state_of
from jobs.job import UWS_PHASES, Job, Phase, Upload
from planning.errors import BadInput, GatewayError, NotFound

if TYPE_CHECKING:
    from jobs.service import JobService

XML = "text/xml"
UNKEPT = {"Cache-Control": "no-store"}
BLOCK = 1 << 20
LONGEST = 60
"""Seconds that WAIT can be: proxies cut off who is silent for longer."""
SHORTLY = 0.1
"""Seconds that who starts a job is held: most jobs have ended then, and are not asked after again and again."""
LISTED = 1000
"""Jobs of a list."""
SHOWN = 20
"""Jobs of the list that who has deleted one is sent to: many clients read it for nothing."""
OURS = ("phase", "action", "runid", "wait", "executionduration", "destruction")
"""Parameters that are about a job and not about what it is asked."""
Handler: TypeAlias = "Callable[[Request, JobService], Awaitable[Response]]"


async def jobs(http: Request, desk: JobService) -> Response:
    """The list of a client's jobs; POST makes one."""
    from adapters.uws.documents import list_document

    if http.method == "POST":
        return await _made(http, desk)
    told = repeated_values(http.query_params.multi_items())
    phases = {phase.upper() for phase in told.get("phase", ())}
    if unknown := phases.difference(UWS_PHASES):
        message = f"PHASE is {min(unknown)[:40]!r}: one of {', '.join(UWS_PHASES)} is wanted"
        raise BadInput(message)
    single = last_values(told)
    after = _instant("AFTER", single["after"]) if "after" in single else None
    most = min(int_parameter(single, "LAST", LISTED, 1, 10**9), LISTED)
    found = await desk.list_jobs(_owner(http), phases, after, most)
    return _document(list_document(found, _address(http)))


async def job(http: Request, desk: JobService) -> Response:
    """Everything about a job, perhaps when it has changed (WAIT); DELETE, or ACTION=DELETE, makes an end of it."""
    from adapters.uws.documents import job_document

    job_id = _asked(http)
    if http.method == "GET":
        found = await _awaited(http, desk, job_id)
        return _document(job_document(found, _address(http, job_id)))
    if http.method == "POST":
        async with _form(http) as sent:
            if sent.parameters.get("action", "").upper() != "DELETE":
                message = "ACTION=DELETE is all that can be sent here: see /phase, /parameters and the others"
                raise BadInput(message)
    await desk.destroy(job_id)
    return RedirectResponse(f"{_address(http)}?LAST={SHOWN}", 303)


async def phase(http: Request, desk: JobService) -> Response:
    """Where a job is; PHASE=RUN starts it, PHASE=ABORT calls it off."""
    found = await desk.get(_asked(http))
    if http.method == "GET":
        return _text(found.phase.value)
    async with _form(http) as sent:
        wanted = sent.parameters.get("phase", "").upper()
    if wanted == "RUN":
        await _run(desk, found)
    elif wanted == "ABORT":
        await desk.abort(found)
    else:
        message = f"PHASE is {wanted[:40]!r}: RUN or ABORT is wanted"
        raise BadInput(message)
    return _to(http, found)


async def parameters(http: Request, desk: JobService) -> Response:
    """What a job is asked; POST says so, until it is started."""
    from adapters.uws.documents import parameters_document

    found = await desk.get(_asked(http))
    if http.method == "GET":
        return _document(parameters_document(found))
    async with _form(http) as sent:
        await _tell(desk, found, sent)
    return _to(http, found)


async def execution_duration(http: Request, desk: JobService) -> Response:
    """How many seconds a job may run; 0 for as many as there may be."""
    found = await desk.get(_asked(http))
    if http.method == "GET":
        return _text(str(found.execution_duration))
    async with _form(http) as sent:
        await desk.set_execution_duration(found, _seconds(sent.parameters))
    return _to(http, found)


async def destruction(http: Request, desk: JobService) -> Response:
    """When a job is forgotten, with its result."""
    found = await desk.get(_asked(http))
    if http.method == "GET":
        return _text(uws_instant(found.destruction))
    async with _form(http) as sent:
        await desk.set_destruction(found, _instant("DESTRUCTION", sent.parameters.get("destruction", "")))
    return _to(http, found)


async def unknown(http: Request, desk: JobService) -> Response:
    """When a job will have ended, and whose it is: nobody knows either."""
    await desk.get(_asked(http))
    return _text("")


async def results(http: Request, desk: JobService) -> Response:
    """Where the result is."""
    from adapters.uws.documents import results_document

    found = await desk.get(_asked(http))
    return _document(results_document(found, _address(http, found.id)))


async def result(http: Request, desk: JobService) -> Response:
    """The result itself, or a part of it (Range)."""
    found = await desk.get(_asked(http))
    if found.phase is not Phase.COMPLETED:
        message = (
            f"The job has no result: its phase is {found.phase.value}{f', as {found.error}' if found.error else ''}"
        )
        raise NotFound(message)
    path, tag = desk.spool.path(found.id, found.result), f'"{found.id}.{found.attempt}"'
    if tag in http.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    if found.spool != desk.spool.name or not path.exists():
        message = "The result is not kept where this server could read it: all servers should share GATEWAY_SPOOL"
        raise NotFound(message)
    # As a header of its own: Starlette would add a charset to a media type that must be answered as it was asked.
    told = {"Content-Type": found.media_type or VOTABLE, "ETag": tag, "Cache-Control": "private, max-age=3600"}
    return FileResponse(path, headers=told)


async def error(http: Request, desk: JobService) -> Response:
    """What went wrong, as a VOTable."""
    found = await desk.get(_asked(http))
    if found.error is None:
        message = f"The job has no error: its phase is {found.phase.value}"
        raise NotFound(message)
    return Response(error_document(found.error), media_type=VOTABLE, headers=UNKEPT)


async def _made(http: Request, desk: JobService) -> Response:
    async with _form(http) as sent:
        made = await desk.create(
            _owner(http), legal_xml(sent.parameters["runid"]) if sent.parameters.get("runid") else None
        )
        try:
            await _tell(desk, made, sent)
            await _limit(desk, made, sent.parameters)
        except (GatewayError, asyncio.CancelledError):
            await desk.destroy(made.id)
            raise
        if sent.parameters.get("phase", "").upper() == "RUN":
            await _run(desk, made)
    return _to(http, made)


async def _run(desk: JobService, found: Job) -> None:
    await desk.start(found)
    await desk.wait_until_ended(found.id, SHORTLY)


async def _tell(desk: JobService, found: Job, sent: SubmittedForm) -> None:
    named = {name for told in (*found.parameters, *sent.parameters.items()) for name in _parts(*told)}
    brought = [await _kept(desk, found, name, file) for name, file in sent.files.items() if name in named]
    told = [(legal_xml(name.upper()), legal_xml(value)) for name, value in sent.parameters.items() if name not in OURS]
    await desk.set_parameters(found, told, brought)
    if sent.parameters.get("runid"):
        await desk.set_run_id(found, legal_xml(sent.parameters["runid"]))


async def _limit(desk: JobService, made: Job, told: Mapping[str, str]) -> None:
    """How long a new job may run and is kept, as far as who makes it says so: as vollt and OpenCADC have it."""
    if told.get("executionduration"):
        await desk.set_execution_duration(made, _seconds(told))
    if told.get("destruction"):
        await desk.set_destruction(made, _instant("DESTRUCTION", told["destruction"]))


async def _awaited(http: Request, desk: JobService, job_id: str) -> Job:
    told = last_values(repeated_values(http.query_params.multi_items()))
    if "wait" not in told:
        return await desk.get(job_id)
    seconds = int_parameter(told, "WAIT", 0, -1, 10**9)
    if seconds < 0 or seconds > LONGEST:
        seconds = LONGEST
    with uncounted(http.scope):
        return await until_disconnect(http, desk.wait_for_phase(job_id, seconds, told.get("phase", "").upper() or None))


def _parts(name: str, told: str) -> list[str]:
    """Names of the parts of a request that an UPLOAD says are tables."""
    if name.lower() != "upload":
        return []
    return [upload.part for upload in parse_uploads(told) if upload.part is not None]


async def _kept(desk: JobService, found: Job, name: str, file: BinaryIO) -> Upload:
    stored = f"upload.{token_hex(4)}"
    size = await desk.spool.write(found.id, stored, _blocks(file))
    return Upload(name, stored, size)


async def _blocks(file: BinaryIO) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(file.read, BLOCK):
        yield block


def _form(http: Request) -> AbstractAsyncContextManager[SubmittedForm]:
    told = state_of(http.scope).settings
    return form(http, told.max_body_bytes, told.max_upload_bytes, ("upload",))


def _asked(http: Request) -> str:
    """Which job: no name holds what no text in PostgreSQL can."""
    return legal_xml(http.path_params["job"])


def _owner(http: Request) -> str:
    return http.client.host if http.client else ""


def _address(http: Request, job_id: str = "") -> str:
    place = f"{base_url(http, state_of(http.scope).settings)}/tap/async"
    return f"{place}/{job_id}" if job_id else place


def _to(http: Request, found: Job) -> Response:
    return RedirectResponse(_address(http, found.id), 303, headers=UNKEPT)


def _document(document: bytes) -> Response:
    return Response(document, media_type=XML, headers=UNKEPT)


def _text(told: str) -> Response:
    return PlainTextResponse(told, headers=UNKEPT)


def _seconds(told: Mapping[str, str]) -> int:
    seconds = int_parameter(told, "EXECUTIONDURATION", -1, 0, 10**9)
    if seconds < 0:
        message = "EXECUTIONDURATION is missing: seconds are wanted"
        raise BadInput(message)
    return seconds


def _instant(name: str, told: str) -> datetime:
    try:
        read = datetime.fromisoformat(told.strip())
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as wrong:
        message = f"{name} is {told[:40]!r}: a time is wanted, as 2026-01-31T12:00:00Z"
        raise BadInput(message) from wrong


def _with_jobs(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Give a handler the jobs of this process; raises `NotFound` where there are none."""

    async def respond(http: Request) -> Response:
        state = state_of(http.scope)
        if state.desk is None:
            message = "There are no jobs here, as this service has no place to keep them: ask /tap/sync"
            raise NotFound(message)
        return await handler(http, state.desk)

    return respond


ENDPOINTS = tuple(
    Endpoint(f"/tap/async{path}", _with_jobs(handler), methods)
    for path, handler, methods in (
        ("", jobs, FORM),
        ("/{job}", job, (*FORM, "DELETE")),
        ("/{job}/phase", phase, FORM),
        ("/{job}/parameters", parameters, FORM),
        ("/{job}/executionduration", execution_duration, FORM),
        ("/{job}/destruction", destruction, FORM),
        ("/{job}/quote", unknown, ("GET",)),
        ("/{job}/owner", unknown, ("GET",)),
        ("/{job}/results", results, ("GET",)),
        (f"/{{job}}/results/{RESULT}", result, ("GET",)),
        ("/{job}/error", error, ("GET",)),
    )
)
