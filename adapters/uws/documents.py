"""Documents of UWS 1.1 (appendix B), written by vo-models."""

from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic_xml import BaseXmlModel, element
from vo_models.uws.models import (
    NSMAP,
    ErrorSummary,
    Jobs,
    JobSummary,
    Parameter,
    ResultReference,
    Results,
    ShortJobDescription,
)
from vo_models.uws.types import ErrorType, ExecutionPhase, UWSVersion

from adapters.uws.notation import RESULT
from jobs.job import Job, Phase


class JobParameters(BaseXmlModel, tag="parameters", ns="uws", nsmap=NSMAP):
    """Parameters of any names; vo-models wants them declared one by one."""

    parameter: list[Parameter] = element(tag="parameter", default_factory=list)


def job_document(job: Job, address: str) -> bytes:
    """Write the `job` element; `address` is the job's URL."""
    summary = JobSummary[JobParameters](
        job_id=job.id,
        run_id=job.run_id,
        owner_id=job.asker.login or None,
        phase=ExecutionPhase(job.phase.value),
        creation_time=_utc(job.created),
        start_time=_utc(job.started),
        end_time=_utc(job.ended),
        execution_duration=job.execution_duration,
        destruction=_utc(job.destruction),
        parameters=_parameters(job),
        results=_results(job, address),
        error_summary=_error(job),
        version=UWSVersion.V1_1,
    )
    return _to_xml(summary)


def list_document(jobs: Iterable[Job], address: str) -> bytes:
    """Write a job list; `address` is the URL of the list, to which job identifiers are appended."""
    references = [
        ShortJobDescription(
            job_id=job.id,
            href=f"{address}/{job.id}",
            phase=ExecutionPhase(job.phase.value),
            run_id=job.run_id,
            owner_id=job.asker.login or None,
            creation_time=_utc(job.created),
        )
        for job in jobs
    ]
    return _to_xml(Jobs(jobref=references, version=UWSVersion.V1_1))


def parameters_document(job: Job) -> bytes:
    """Write the parameters of a job."""
    return _to_xml(_parameters(job))


def results_document(job: Job, address: str) -> bytes:
    """Write the result list of a job, empty unless it is COMPLETED; `address` is the job's URL."""
    return _to_xml(_results(job, address))


def _parameters(job: Job) -> JobParameters:
    return JobParameters(parameter=[Parameter(id=name, value=value) for name, value in job.parameters])


def _results(job: Job, address: str) -> Results:
    if job.phase is not Phase.COMPLETED:
        return Results(results=[])
    href = f"{address}/results/{RESULT}"
    return Results(results=[ResultReference(id=RESULT, href=href, size=job.size, mime_type=job.media_type)])


def _error(job: Job) -> ErrorSummary | None:
    """The error summary: type "fatal" if the same job would fail again, else "transient"; None without an error."""
    if job.error is None:
        return None
    kind = ErrorType.FATAL if job.lasting else ErrorType.TRANSIENT
    return ErrorSummary(message=job.error, type=kind, has_detail=True)


def _utc(moment: datetime | None) -> datetime | None:
    """The same time in UTC: vo-models writes `Z` behind the hour of whatever zone a time is in."""
    return moment.astimezone(UTC) if moment else None


def _to_xml(document: BaseXmlModel) -> bytes:
    text = document.to_xml(encoding="UTF-8", xml_declaration=True)
    return text if isinstance(text, bytes) else text.encode()
