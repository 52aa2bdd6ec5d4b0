"""pyvo follows the links of what it found, on every door whose rows have identifiers."""

import io

import httpx
import pytest
import pyvo
from astropy.io.votable import parse
from pyvo.dal.adhoc import DatalinkResults

EPS_GEM = (100.983, 25.131)
TABLES = {
    "ivoa.obscore": "obs_publisher_did",
    "obsportal.exposure": "exp_id",
    "jsdc.star": "Name",
    "oidb.granule": "id",
}


@pytest.mark.parametrize("table", TABLES)
def test_links_of_a_cone_search(server: str, table: str) -> None:
    found = pyvo.dal.SCSService(f"{server}/scs/{table}").search(pos=EPS_GEM, radius=0.01, verbosity=2)
    wanted = {str(row[TABLES[table]]) for row in found}
    assert len(wanted) >= (1 if table == "jsdc.star" else 3)
    links = list(found.iter_datalinks())
    assert {str(one["ID"][0]) for one in links} == wanted
    for one in links:
        assert one.original_row is not None
        (this,) = one.bysemantics("#this", include_narrower=False)
        assert this.access_url.startswith("http")
        assert "HD 48329" in [row["star"] for row in one]


def test_services_of_a_link(server: str) -> None:
    found = DatalinkResults.from_result_url(f"{server}/datalink/links?ID=ivo://jmmc.fr/jsdc?HD%2048329")
    (row,) = [row for row in found if row["service_def"] == "calibrators"]
    service = found.get_adhocservice_by_id(row["service_def"])
    asked = {param.name: param.value for param in service.groups[0].entries}
    asked |= {param.name: row[param.ref] for param in service.groups[0].entries if param.ref}
    (url,) = [param.value for param in service.params if param.name == "accessURL"]
    stars = pyvo.dal.SCSService(url).search(
        (asked["RA"], asked["DEC"]), asked["SR"], verbosity=3, CALFLAG=asked["CALFLAG"]
    )
    assert len(stars) > 3
    assert set(stars["CalFlag"]) == {0}


def test_more_than_are_answered_at_once(server: str) -> None:
    found = pyvo.dal.SCSService(f"{server}/scs/jsdc.star").search(pos=EPS_GEM, radius=180, MAXREC=230)
    with pytest.warns(pyvo.dal.DALOverflowWarning):
        links = {str(one["ID"][0]) for one in found.iter_datalinks()}
    assert links == {str(row["Name"] or "") for row in found}
    assert len(links) > 200


ROWS = (
    "SELECT TOP 5 * FROM oidb.granule WHERE calib_level = 2",
    "SELECT TOP 3 g.obs_publisher_did, g.target_name FROM oidb.granule AS g WHERE g.calib_level = 0",
    "SELECT TOP 3 obs_publisher_did, target_main_id FROM spica.target ORDER BY spicadb_id",
    "SELECT TOP 2 t.target_main_id, t.obs_publisher_did, p.progname FROM spica.target AS t JOIN spica.target_program AS p ON p.spicadb_id = t.spicadb_id",
)


@pytest.mark.parametrize("query", ROWS)
def test_links_of_rows_of_tap(server: str, query: str) -> None:
    found = pyvo.dal.TAPService(f"{server}/tap").search(query)
    identifiers = [str(row["obs_publisher_did"]) for row in found]
    assert identifiers
    assert all(one.startswith(("ivo://jmmc.fr/oidb?0", "ivo://jmmc.fr/spicadb?")) for one in identifiers)
    links = list(found.iter_datalinks())
    assert {str(one["ID"][0]) for one in links} == set(identifiers)
    for one in links:
        (this,) = one.bysemantics("#this", include_narrower=False)
        assert this.access_url.startswith("http")


@pytest.mark.parametrize(("field", "key"), [("granules", "granuleId"), ("spicaTargets", "spicadbId")])
def test_links_of_rows_of_graphql(server: str, field: str, key: str) -> None:
    query = f"{{ {field}(first: 4, orderBy: [{{{key}: ASC}}]) {{ nodes {{ obsPublisherDid }} }} }}"
    asked = {"query": query}
    nodes = httpx.post(f"{server}/graphql", json=asked).json()["data"][field]["nodes"]
    answer = httpx.post(f"{server}/graphql", json=asked, headers={"Accept": "application/x-votable+xml"})
    with pytest.warns(pyvo.dal.DALOverflowWarning):
        found = pyvo.dal.DALResults(parse(io.BytesIO(answer.content)))
    identifiers = [node["obsPublisherDid"] for node in nodes]
    assert [str(row["obs_publisher_did"]) for row in found] == identifiers
    links = DatalinkResults.from_result_url(f"{server}/datalink/links?ID={identifiers[0].replace('?', '%3F')}")
    assert {str(one) for one in links["ID"]} == {identifiers[0]}
    assert b"DataLink#links-1.1" in answer.content


def test_rows_are_found_by_their_identifier(server: str) -> None:
    service = pyvo.dal.TAPService(f"{server}/tap")
    for table, key in (("oidb.granule", "id"), ("spica.target", "spicadb_id")):
        (row,) = service.search(f"SELECT TOP 1 {key}, obs_publisher_did FROM {table}")
        did = row["obs_publisher_did"]
        (same,) = service.search(f"SELECT {key} FROM {table} WHERE obs_publisher_did = '{did}'")
        assert same[key] == row[key]
    granules = "SELECT TOP 3 obs_publisher_did FROM oidb.granule ORDER BY id"
    for row in service.search(granules):
        assert (
            len(
                service.search(
                    f"SELECT obs_id FROM ivoa.obscore WHERE obs_publisher_did = '{row['obs_publisher_did']}'"
                )
            )
            == 1
        )
