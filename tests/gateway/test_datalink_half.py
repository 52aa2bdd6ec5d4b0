"""Links while the Obs Portal cannot be read: what the other databases have is told, and what is missing too."""

import io

import httpx
import pytest
from astropy.io.votable import parse

from adapters.datalink.lookup import DocumentLookup
from hub.rows import connect
from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, TimedOut, TooMuch
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request, refused
from sample.federation import Federation

GRANULE = "ivo://jmmc.fr/oidb?000020000095"
EXPOSURE = "ivo://jmmc.fr/portal?SAMPLE.SPICA.2024-12-13T09:05:00.1000107_1"


async def execute(federation: Federation, statement: str, source: str = "obsportal") -> None:
    connection = await connect(federation.sources[source])
    await connection.execute(statement)
    await connection.close()


async def rows(client: httpx.AsyncClient, told: str) -> list[tuple[str, str, str]]:
    response = await client.get("/datalink/links", params={"ID": told})
    assert response.status_code == 200
    array = parse(io.BytesIO(response.content)).get_first_table().array
    return [tuple(str(row[name]) for name in ("semantics", "local_semantics", "error_message")) for row in array]  # type: ignore[misc]


async def test_links(federation: Federation, client: httpx.AsyncClient) -> None:
    whole = await rows(client, GRANULE)
    await execute(federation, "REVOKE SELECT ON portal.exposure_log FROM gateway_reader")
    try:
        found = await rows(client, GRANULE)
        faults = [row for row in found if "Fault" in row[2]]
        assert [row[2].partition(":")[0] for row in faults] == ["TransientFault"]
        assert ("#this", "level-2", "") in found
        assert ("#auxiliary", "star", "") in found
        assert ("#progenitor", "level-0", "") in whole
        assert {link for link in found if not link[2]} <= set(whole), "logs that OiDB has taken over are known"
        (only,) = await rows(client, EXPOSURE)
        assert only[0] == "#this"
        assert only[2].startswith("TransientFault: Obs Portal")
    finally:
        await execute(federation, "GRANT SELECT ON portal.exposure_log TO gateway_reader")
    assert await rows(client, GRANULE) == whole


async def test_links_of_an_exposure_without_oidb(federation: Federation, client: httpx.AsyncClient) -> None:
    whole = await rows(client, EXPOSURE)
    await execute(federation, "REVOKE SELECT ON public.oidb FROM gateway_reader", "oidb")
    try:
        half = await rows(client, EXPOSURE)
        assert [row[2].partition(":")[0] for row in half if row[2]] == ["TransientFault"]
        assert {row for row in half if not row[2]} <= set(whole)
    finally:
        await execute(federation, "GRANT SELECT ON public.oidb TO gateway_reader", "oidb")
    assert await rows(client, EXPOSURE) == whole


@pytest.mark.parametrize(
    ("error", "raised"), [(HubUnavailable, HubUnavailable), (Busy, Busy), (TimedOut, TimedOut), (TooMuch, BadInput)]
)
async def test_what_is_not_the_client_s_fault_is_not_told_as_such(
    error: type[GatewayError], raised: type[GatewayError]
) -> None:
    class Failing(Operations):
        def __init__(self) -> None:
            pass

        async def answer(self, request: Request) -> OperationResult:
            return refused(error(request.query))

    with pytest.raises(raised) as caught:
        await DocumentLookup(Failing()).fetch("{ stars }", keys=[1])
    assert caught.value.status == error.status
