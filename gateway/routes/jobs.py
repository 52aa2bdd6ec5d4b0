"""`/tap/async`: queries that run as jobs (TAP 1.1 section 2.2.3, UWS 1.1); `/soda/async`: files that are cut as jobs.

The jobs of who has logged in are theirs, from wherever they ask, and of nobody else. Of those made by nobody, whoever
knows the identifier, which cannot be guessed, may do anything with it. Lists are for tools: they have the jobs that
tools made from the same address. To a page in a browser any list is empty, as the page may be anybody's and
the address is that of who visits it; a job that a page makes is known to that page alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.uws.notation import RESULT, uws_instant
from adapters.uws.parameters import (
    parse_execution_duration,
    parse_instant,
    parse_job_filter,
    parse_wait,
    query_parameters,
    run_id,
    upload_parts,
)
from adapters.uws.services import TAP, UwsService, service_at
from adapters.votable.envelope import error_document
from adapters.votable.fields import legal_xml
from adapters.votable.formats import VOTABLE
from adapters.votable.parameters import Parameters
from gateway.addresses import base_url
from gateway.attachments import disposition, suffix_of
from gateway.client import owner_of
from gateway.door import FORM, Endpoint
from gateway.forms import SubmittedForm, form
from gateway.middleware.authentication import READING
from gateway.middleware.load import uncounted
from gateway.pages import of_page, require_origin
from gateway.partial_content import ranged_response
from gateway.request import until_disconnect
from gateway.state import state_of
from hub.modules import read_module
from hub.threads import in_thread
from jobs.job import Job, Phase, Upload, no_job
from planning.asker import asker
from planning.errors import BadInput, Forbidden, GatewayError, NotFound, Unauthenticated

if TYPE_CHECKING:
    from jobs.service import JobService

XML = "text/xml"
UNKEPT = {"Cache-Control": "no-store"}
BLOCK = 1 << 20
SHORT_WAIT = 0.1
"""Seconds that the response to PHASE=RUN waits: most jobs have ended then, which saves polling."""
LISTED_AFTER_DELETE = 20
"""Jobs of the list that DELETE redirects to: many clients fetch it without use for it."""
Handler: TypeAlias = "Callable[[Request, JobService], Awaitable[Response]]"


async def jobs(http: Request, service: JobService) -> Response:
    """The list of a client's jobs; POST creates one."""
    await read_module("adapters.uws.documents")
    from adapters.uws.documents import list_document

    if http.method == "POST":
        return await _create(http, service)
    job_filter = parse_job_filter(http.query_params.multi_items())
    listed = (
        []
        if _of_any_page(http)
        else await service.list_jobs(owner_of(http.scope), job_filter.phases, job_filter.after, job_filter.last)
    )
    own = [job for job in listed if _service(http).has(job.parameters)]
    return _document(list_document(own, _address(http)))


async def job(http: Request, service: JobService) -> Response:
    """All of a job, with WAIT as soon as its phase changes; DELETE, or ACTION=DELETE, destroys it.

    Any other POST sets what it names, as the request that creates a job does (TAP 1.1 section 2.7.6 shows UPLOAD).
    """
    await read_module("adapters.uws.documents")
    from adapters.uws.documents import job_document

    job = await own_job(http, service)
    if http.method in READING:
        return _document(job_document(await _awaited(http, service, job), _address(http, job.id)))
    if http.method == "POST":
        async with _form(http) as sent:
            if not _deletes(sent.parameters):
                return await _change(http, service, job, sent)
    await service.destroy(job.id)
    return RedirectResponse(f"{_address(http)}?LAST={LISTED_AFTER_DELETE}", 303)


async def phase(http: Request, service: JobService) -> Response:
    """The phase of a job; PHASE=RUN starts it, PHASE=ABORT aborts it."""
    job = await own_job(http, service)
    if http.method in READING:
        return _text(job.phase.value)
    async with _form(http) as sent:
        await _set_phase(service, job, sent.parameters.get("phase", ""))
    return _to(http, job)


async def parameters(http: Request, service: JobService) -> Response:
    """The parameters of a job; POST sets them, until it is started."""
    await read_module("adapters.uws.documents")
    from adapters.uws.documents import parameters_document

    job = await own_job(http, service)
    if http.method in READING:
        return _document(parameters_document(job))
    async with _form(http) as sent:
        await _set_parameters(service, job, sent)
    return _to(http, job)


async def execution_duration(http: Request, service: JobService) -> Response:
    """Seconds that a job may run; 0 for as many as the service allows."""
    job = await own_job(http, service)
    if http.method in READING:
        return _text(str(job.execution_duration))
    async with _form(http) as sent:
        await service.set_execution_duration(job, parse_execution_duration(sent.parameters))
    return _to(http, job)


async def destruction(http: Request, service: JobService) -> Response:
    """When a job is destroyed, with its result."""
    job = await own_job(http, service)
    if http.method in READING:
        return _text(uws_instant(job.destruction))
    async with _form(http) as sent:
        await service.set_destruction(job, parse_instant("DESTRUCTION", sent.parameters.get("destruction", "")))
    return _to(http, job)


async def quote(http: Request, service: JobService) -> Response:
    """When a job will end: always empty."""
    await own_job(http, service)
    return _text("")


async def owner(http: Request, service: JobService) -> Response:
    """The login of who made a job; empty for nobody."""
    return _text((await own_job(http, service)).asker.login)


async def results(http: Request, service: JobService) -> Response:
    """The list of a job's only result."""
    await read_module("adapters.uws.documents")
    from adapters.uws.documents import results_document

    job = await own_job(http, service)
    return _document(results_document(job, _address(http, job.id)))


async def result(http: Request, service: JobService) -> Response:
    """The result itself, or a range of it (Range)."""
    job = await own_job(http, service)
    if job.phase is not Phase.COMPLETED:
        message = f"The job has no result: its phase is {job.phase.value}{f', as {job.error}' if job.error else ''}"
        raise NotFound(message)
    tag = f'"{job.id}.{job.attempt}"'
    found = await in_thread(service.spool.find, job.id, job.result) if job.spool == service.spool.name else None
    if found is None:
        message = "The result is not kept where this server could read it: all servers should share GATEWAY_SPOOL"
        raise NotFound(message)
    # As a header of its own: Starlette would add a charset to a media type that must be answered as it was asked.
    media_type = job.media_type or VOTABLE
    headers = {"Content-Type": media_type, "Cache-Control": "private, max-age=3600"}
    return ranged_response(http, found, tag, headers | disposition(RESULT, suffix_of(media_type)))


async def error(http: Request, service: JobService) -> Response:
    """The error of a job, as a VOTable."""
    job = await own_job(http, service)
    if job.error is None:
        message = f"The job has no error: its phase is {job.phase.value}"
        raise NotFound(message)
    return Response(error_document(job.error), media_type=VOTABLE, headers=UNKEPT)


async def _create(http: Request, service: JobService) -> Response:
    async with _form(http) as sent:
        listed = not _of_any_page(http)
        job = await service.create(owner_of(http.scope), run_id(sent.parameters), listed=listed)
        try:
            if marks := _service(http).marks:
                await service.set_parameters(job, marks)
                job = await service.get(job.id)
            await _set_parameters(service, job, sent)
            await _set_limits(service, job, sent)
        except (GatewayError, asyncio.CancelledError):
            await service.destroy(job.id)
            raise
        if sent.parameters.get("phase", "").strip().upper() == "RUN":
            await _run(service, job)
    return _to(http, job)


def _of_any_page(http: Request) -> bool:
    """Whether a page in a browser asks without logging in: whosever it is, the address is that of who visits it."""
    return of_page(http.headers) and not asker().known


def _deletes(parameters: Parameters) -> bool:
    """Whether ACTION=DELETE is sent; raises `BadInput` for another ACTION."""
    action = parameters.get("action", "").strip()
    if action and action.upper() != "DELETE":
        message = f"ACTION is {action[:40]!r}: ACTION=DELETE is wanted"
        raise BadInput(message)
    return bool(action)


async def _change(http: Request, service: JobService, job: Job, sent: SubmittedForm) -> Response:
    """Set parameters, uploads and limits of a job, and then its phase, as far as they are sent."""
    if not sent.parameters and not sent.files:
        message = "Nothing was sent: parameters of the query, UPLOAD, PHASE, DESTRUCTION or ACTION=DELETE are wanted"
        raise BadInput(message)
    await _set_parameters(service, job, sent)
    await _set_limits(service, job, sent)
    if phase := sent.parameters.get("phase"):
        await _set_phase(service, await service.get(job.id), phase)
    return _to(http, job)


async def _set_phase(service: JobService, job: Job, phase: str) -> None:
    """Start or abort a job; raises `BadInput` for anything but RUN and ABORT."""
    match phase.strip().upper():
        case "RUN":
            await _run(service, job)
        case "ABORT":
            await service.abort(job)
        case _:
            message = f"PHASE is {phase[:40]!r}: RUN or ABORT is wanted"
            raise BadInput(message)


async def _run(service: JobService, job: Job) -> None:
    await service.start(job)
    await service.wait_until_ended(job.id, SHORT_WAIT)


async def _set_parameters(service: JobService, job: Job, sent: SubmittedForm) -> None:
    parts = upload_parts((*job.parameters, *sent.parameters.items()))
    files = {name: file for name, file in sent.files.items() if name in parts}
    if known := next((upload.name for upload in job.uploads if upload.name in files), None):
        message = f"The job has a part {known[:60]!r} already: another name is wanted, also in UPLOAD"
        raise BadInput(message)
    uploads = [await _stored(service, job, name, file) for name, file in files.items()]
    parameters = query_parameters(sent.parameters)
    if parameters or uploads:
        await service.set_parameters(job, parameters, uploads)
    if name := run_id(sent.parameters):
        await service.set_run_id(job, name)


async def _set_limits(service: JobService, job: Job, sent: SubmittedForm) -> None:
    """Set the limits of a new job that the request names, as vollt and OpenCADC allow."""
    if sent.parameters.get("executionduration"):
        await service.set_execution_duration(job, parse_execution_duration(sent.parameters))
    if sent.parameters.get("destruction"):
        await service.set_destruction(job, parse_instant("DESTRUCTION", sent.parameters["destruction"]))


async def _awaited(http: Request, service: JobService, job: Job) -> Job:
    wait = parse_wait(http.query_params.multi_items())
    if wait is None:
        return job
    with uncounted(http.scope):
        return await until_disconnect(http, service.wait_for_phase(job.id, wait.seconds, wait.phase))


async def _stored(service: JobService, job: Job, name: str, file: BinaryIO) -> Upload:
    stored = f"upload.{token_hex(4)}"
    size = await service.store_upload(job, stored, _blocks(file))
    return Upload(name, stored, size)


async def _blocks(file: BinaryIO) -> AsyncIterator[bytes]:
    while block := await in_thread(file.read, BLOCK):
        yield block


def _form(http: Request) -> AbstractAsyncContextManager[SubmittedForm]:
    settings = state_of(http.scope).settings
    return form(http, settings.max_body_bytes, settings.max_upload_bytes, _service(http).accumulating)


def _service(http: Request) -> UwsService:
    return service_at(http.url.path)


async def own_job(http: Request, service: JobService) -> Job:
    """The job of the path, of whoever asks; raises `NotFound` also for one of another service."""
    # Without characters that PostgreSQL refuses.
    job = await service.get(legal_xml(http.path_params["job"]))
    if not _service(http).has(job.parameters):
        raise no_job()
    return job


def _address(http: Request, job_id: str = "") -> str:
    place = base_url(http, state_of(http.scope).settings) + _service(http).path
    return f"{place}/{job_id}" if job_id else place


def _to(http: Request, job: Job) -> Response:
    return RedirectResponse(_address(http, job.id), 303, headers=UNKEPT)


def _document(document: bytes) -> Response:
    return Response(document, media_type=XML, headers=UNKEPT)


def _text(text: str) -> Response:
    return PlainTextResponse(text, headers=UNKEPT)


def _require_writing() -> None:
    """Raise `Forbidden` for who has logged in by what may only read: it makes no job, and deletes none."""
    if asker().known and not asker().writes:
        message = "This API token may only read: ask /tap/sync, or make one of the scope write for jobs"
        raise Forbidden(message)


def with_jobs(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Give a handler the jobs of this process; raises `NotFound` where there are none."""

    async def respond(http: Request) -> Response:
        service = state_of(http.scope).jobs
        if service is None:
            message = "There are no jobs here, as this service has no place to keep them: ask /tap/sync"
            raise NotFound(message)
        if _service(http).personal and not asker().known:
            message = "Tables are kept for people with an account: log in"
            raise Unauthenticated(message)
        if http.method not in READING:
            require_origin(http.headers, state_of(http.scope).settings.web_origins)
            _require_writing()
        return await handler(http, service)

    return respond


PATHS: tuple[tuple[str, Handler, Sequence[str]], ...] = (
    ("", jobs, FORM),
    ("/{job}", job, (*FORM, "DELETE")),
    ("/{job}/phase", phase, FORM),
    ("/{job}/parameters", parameters, FORM),
    ("/{job}/executionduration", execution_duration, FORM),
    ("/{job}/destruction", destruction, FORM),
    ("/{job}/quote", quote, ("GET",)),
    ("/{job}/owner", owner, ("GET",)),
    ("/{job}/results", results, ("GET",)),
    (f"/{{job}}/results/{RESULT}", result, ("GET",)),
    ("/{job}/error", error, ("GET",)),
)


def endpoints(service: UwsService) -> tuple[Endpoint, ...]:
    """The paths of the jobs of a service."""
    return tuple(Endpoint(f"{service.path}{path}", with_jobs(handler), methods) for path, handler, methods in PATHS)


ENDPOINTS = endpoints(TAP)
