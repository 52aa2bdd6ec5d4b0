"""pyvo's SIA2Service, which reads our capabilities first, and links of what it finds."""

import pytest
import pyvo
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.time import Time

EPS_GEM = (SkyCoord(100.983, 25.131, unit="deg"), 0.1 * units.deg)


def test_search(server: str) -> None:
    service = pyvo.dal.SIA2Service(f"{server}/sia")
    found = service.search(
        pos=EPS_GEM,
        band=(6e-7, 9e-7),
        time=(Time(60600, format="mjd"), Time(60700, format="mjd")),
        instrument="SPICA",
        calib_level=[0, 2],
    )
    assert len(found) >= 2
    assert {row.instr_name if hasattr(row, "instr_name") else row["instrument_name"] for row in found} == {"SPICA"}
    assert {int(row["calib_level"]) for row in found} == {0, 2}
    assert {row.obs_publisher_did for row in found} == {str(one["ID"][0]) for one in found.iter_datalinks()}
    assert len(service.search(pos=EPS_GEM, data_type="image")) == 0


def test_polygon_and_range(server: str) -> None:
    service = pyvo.dal.SIA2Service(f"{server}/sia")
    corners = tuple(each * units.deg for each in (100, 24, 102, 24, 102, 26, 100, 26))
    wanted = {
        row.obs_publisher_did for row in service.search(pos=tuple(each * units.deg for each in (100, 102, 24, 26)))
    }
    assert wanted
    assert {row.obs_publisher_did for row in service.search(pos=corners)} == wanted


def test_an_error_is_read(server: str) -> None:
    wrong = pyvo.dal.SIA2Service(f"{server}/sia").create_query()
    wrong["CALIB"] = "7"
    with pytest.raises(pyvo.dal.DALQueryError, match="CALIB is '7'"):
        wrong.execute()
