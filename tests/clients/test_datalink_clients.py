"""pyvo follows the links of what it found, on every door whose rows have identifiers."""

import pytest
import pyvo
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
