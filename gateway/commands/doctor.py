"""`python -m gateway doctor`: check the hub and every source, and say what to do about each failure."""

import asyncio
from collections.abc import AsyncIterator

from adapters.uws.services import SODA
from gateway.commands.work import configured_result_store
from gateway.oifits_files import collection_of
from gateway.settings import PREFIX, SettingError, Settings
from hub.examination import examine, examine_jobs, examine_service
from hub.finding import Finding
from hub.writing_examination import examine_writing

FILES = (
    f"give this process {PREFIX}OIFITS_URL, and {PREFIX}OIFITS, as the servers have them that take such jobs: any "
    "process of a hub may run any job"
)


def doctor(settings: Settings) -> int:
    """Print a line for each check, `ok` or `FAIL`; 0 if none failed."""
    return asyncio.run(_examined(settings))


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    async for finding in examine(settings.hub, settings.sources):
        yield finding
    for source, writer in settings.source_writers.items():
        async for finding in examine_writing(source, writer):
            yield finding
    if not settings.hub_jobs:
        return
    async for finding in examine_jobs(settings.hub_jobs):
        yield finding
    try:
        configured_result_store(settings)
        wrong = ""
    except SettingError as error:
        wrong = str(error)
    yield Finding("jobs", f"spool {settings.spool} can be written", not wrong, wrong)
    async for finding in examine_service(
        settings.hub_jobs, SODA.name, FILES, served=collection_of(settings) is not None
    ):
        yield finding


async def _examined(settings: Settings) -> int:
    failures = 0
    async for finding in _findings(settings):
        print(f"{'ok' if finding.well else 'FAIL':5} {finding.where:28} {finding.what}")
        if not finding.well:
            failures += 1
            print(f"      -> {finding.advice}")
    unseen = (
        "" if settings.sources else "; name the sources (GATEWAY_OIDB and so on) to have them looked at directly too"
    )
    print(f"{f'{failures} to mend' if failures else 'all is well'}{unseen}")
    return 1 if failures else 0
