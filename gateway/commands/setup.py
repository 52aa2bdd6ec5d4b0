"""`python -m gateway setup`: set the hub up for the sources that the environment names, or for a sample in them.

Beside what serving needs: `GATEWAY_OBSPORTAL`, `GATEWAY_OIDB`, `GATEWAY_JSDC`, `GATEWAY_SPICA` (each source, as the
hub comes in), `GATEWAY_HUB_OWNER` (the hub, as a role that may create extensions and servers), and for the sample
`GATEWAY_OBSPORTAL_OWNER`… (each source, as its owner). With `GATEWAY_HUB_WRITER` records are identified too; the role
of `GATEWAY_HUB_JOBS` is made in any case, and gets its password where that is given.
"""

import asyncio
import sys
from collections.abc import Mapping

from gateway.settings import DSN, PREFIX, SettingError, dsn, settings
from hub.installation import admit, admit_writer, install, spatial_body
from hub.rows import FAILURES, connect
from identity.batch import identify
from planning.errors import GatewayError
from sample.load import load
from schema.catalog import SOURCES


def setup(environment: Mapping[str, str], *, sample: bool, stars: int | None) -> int:
    """Set up, or tell what keeps it from being done; raises `SettingError` for a DSN that is missing."""
    wrong: list[Exception] = []
    try:
        asyncio.run(_setup(environment, sample=sample, stars=stars))
    except* (GatewayError, *FAILURES) as errors:  # the sources are filled all at once
        wrong.extend(errors.exceptions)
    for error in wrong:
        print(str(error) or type(error).__name__, file=sys.stderr)
    return 1 if wrong else 0


async def _setup(environment: Mapping[str, str], *, sample: bool, stars: int | None) -> None:
    serving = settings(environment)
    owner = _required_dsn(environment, "HUB_OWNER")
    readers = {name: _required_dsn(environment, name.upper()) for name in SOURCES}
    if sample:
        owners = {name: _required_dsn(environment, f"{name.upper()}_OWNER") for name in SOURCES}
        await _fill(owner, owners, readers, stars)
        for name, writer in serving.source_writers.items():
            await admit_writer(owners[name], name, writer)
    logins = [login for login in (serving.hub, serving.hub_writer, serving.hub_jobs) if login]
    body = await install(owner, readers, print, logins)
    if serving.hub_writer:
        await identify(serving.hub_writer, lambda _what, _part: None)
    print(f"The hub is set up, with {body}. `python -m gateway doctor` checks it; `python -m gateway serve` serves it.")


async def _fill(owner: str, owners: Mapping[str, str], readers: Mapping[str, str], stars: int | None) -> None:
    connection = await connect(owner)
    body = await spatial_body(connection)
    await connection.close()
    empty = {name: dsn for name, dsn in owners.items() if await _empty(name, dsn)}
    if empty:
        await load(empty, body, stars, lambda what, part: print(f"{what}: {part:.0%}", end="\r"))
    for name, reader in readers.items():
        await admit(owners[name], name, reader)


async def _empty(name: str, owner: str) -> bool:
    """Whether a source has nothing yet: what it has stays, as when containers are started once more."""
    connection = await connect(owner)
    there = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", SOURCES[name].tables[0].remote)
    await connection.close()
    if there:
        print(f"{name}: what is there stays")
    return not there


def _required_dsn(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(PREFIX + name)
    if not value:
        message = f"{PREFIX}{name} is missing: {DSN}"
        raise SettingError(message)
    return dsn(PREFIX + name, value)
