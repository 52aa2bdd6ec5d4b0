"""What the tests of identification share."""

from collections.abc import AsyncIterator

import numpy as np
import pytest_asyncio
from oracle import Catalogue

from hub.rows import Connection, connect
from sample.federation import Federation
from schema.name_match import Bearer

STARS = (
    "SELECT jsdc_id, raj2000, dej2000, coalesce(pmra, 0), coalesce(pmdec, 0), coalesce(kmag, vmag, 'Infinity') "
    "FROM jsdc.star WHERE raj2000 IS NOT NULL"
)


@pytest_asyncio.fixture(scope="session")
async def owner(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.owner)
    yield connection
    await connection.close()


NAMES = (
    "SELECT jsdc_id, designation, name, mainid_simbad, nullif(vmag, 'NaN')::float8, catalogue = 'IAU' "
    "FROM jsdc.identifier JOIN jsdc.star ON star_id = jsdc_id"
)


@pytest_asyncio.fixture(scope="session")
async def catalogue(owner: Connection) -> Catalogue:
    ids, *columns = zip(*await owner.fetch(STARS), strict=True)
    names = [
        Bearer(star, spelling, name, main_id or "", magnitude, approved)
        for star, spelling, name, main_id, magnitude, approved in await owner.fetch(NAMES)
    ]
    return Catalogue(np.array(ids), *(np.array(column, float) for column in columns), names)
