"""A radius of 180° and more is the whole sky, on every door: SearchCal asks `SR=360`."""

import httpx
import pytest

pytestmark = [pytest.mark.spatial, pytest.mark.usefixtures("awake")]
RADII = ("180", "180.0001", "360", "1e9")


async def lines(client: httpx.AsyncClient, path: str, params: dict[str, str]) -> int:
    response = await client.get(path, params=params | {"RESPONSEFORMAT": "csv", "MAXREC": "1000000"})
    assert response.status_code == 200, response.text
    return response.text.count("\n") - 1


async def counted(client: httpx.AsyncClient, table: str, where: str = "1 = 1") -> int:
    query = f"SELECT COUNT(*) AS n FROM {table} WHERE {where}"
    response = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"})
    return int(response.text.split()[1])


@pytest.mark.parametrize("radius", RADII)
async def test_cone_search(client: httpx.AsyncClient, radius: str) -> None:
    params = {"RA": "0", "DEC": "0", "SR": radius}
    assert await lines(client, "/scs/jsdc.badcal", params) == await counted(client, "jsdc.badcal") > 0
    placed = "s_ra IS NOT NULL AND s_dec IS NOT NULL"
    assert await lines(client, "/scs/ivoa.obscore", params) == await counted(client, "ivoa.obscore", placed) > 0


@pytest.mark.parametrize("radius", RADII)
async def test_sia(client: httpx.AsyncClient, radius: str) -> None:
    placed = await counted(client, "ivoa.obscore", "s_ra IS NOT NULL AND s_dec IS NOT NULL")
    assert await lines(client, "/sia", {"POS": f"CIRCLE 10 20 {radius}"}) == placed


@pytest.mark.parametrize("radius", RADII)
async def test_graphql_and_adql(client: httpx.AsyncClient, radius: str) -> None:
    query = f"{{ badCalibrators(cone: {{ ra: 0, dec: 0, radius: {radius} }}) {{ totalCount }} }}"
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"]["badCalibrators"]["totalCount"] == await counted(client, "jsdc.badcal")
    inside = f"1 = CONTAINS(POINT(ra, dec), CIRCLE(0, 0, {radius}))"
    assert await counted(client, "jsdc.badcal", inside) == await counted(client, "jsdc.badcal")
    assert await counted(client, "jsdc.badcal", f"DISTANCE(ra, dec, 0, 0) <= {radius}") == await counted(
        client, "jsdc.badcal"
    )


@pytest.mark.parametrize("radius", RADII)
async def test_oidb_and_the_obs_portal(client: httpx.AsyncClient, radius: str) -> None:
    params = {"conesearch": f"10 20,J2000,{radius},deg", "all": "yes"}
    assert await lines(client, "/oidb/search", params) == await counted(client, "oidb.granule", "s_ra IS NOT NULL")
    arcsec = str(float(radius) * 3600)
    response = await client.get(
        "/search.votable", params={"ra": "0", "dec": "0", "radius": arcsec, "maxrec": "1000000"}
    )
    placed = await counted(client, "obsportal.exposure", "target_ra IS NOT NULL")
    assert (response.status_code, response.text.count("<TR>")) == (200, placed)
