"""What the tests of identification share."""

from collections.abc import AsyncIterator

import numpy as np
import pytest_asyncio
from oracle import Catalogue

from hub.rows import Connection, connect
from sample.federation import Federation

STARS = (
    "SELECT jsdc_id, raj2000, dej2000, coalesce(pmra, 0), coalesce(pmdec, 0), coalesce(kmag, vmag, 'Infinity') "
    "FROM jsdc.star WHERE raj2000 IS NOT NULL"
)


@pytest_asyncio.fixture(scope="session")
async def owner(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.owner)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="session")
async def catalogue(owner: Connection) -> Catalogue:
    ids, *columns = zip(*await owner.fetch(STARS), strict=True)
    row = {star: place for place, star in enumerate(ids)}
    bearers: dict[str, list[int]] = {}
    for name, star in await owner.fetch("SELECT DISTINCT designation, star_id FROM jsdc.identifier"):
        bearers.setdefault(name, []).append(row[star])
    return Catalogue(np.array(ids), *(np.array(column, float) for column in columns), bearers)
