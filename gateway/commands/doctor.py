"""`python -m gateway doctor`: what is well, what is not, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator

from gateway.commands.work import configured_result_store
from gateway.settings import SettingError, Settings
from hub.examination import Finding, examine, examine_jobs


def doctor(settings: Settings) -> int:
    """Examine the hub and every source; 0 if all is well."""
    return asyncio.run(_examined(settings))


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    async for finding in examine(settings.hub, settings.sources):
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


async def _examined(settings: Settings) -> int:
    ill = 0
    async for finding in _findings(settings):
        print(f"{'well' if finding.well else 'ILL ':5} {finding.where:28} {finding.what}")
        if not finding.well:
            ill += 1
            print(f"      -> {finding.advice}")
    unseen = (
        "" if settings.sources else "; name the sources (GATEWAY_OIDB and so on) to have them looked at directly too"
    )
    print(f"{f'{ill} to mend' if ill else 'all is well'}{unseen}")
    return 1 if ill else 0
