"""pyvo's `registry.search` finds our data in a registry that has harvested us."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import pyvo
import uvicorn
from defusedxml.ElementTree import fromstring
from pyvo import registry
from pyvo.registry import rtcons
from regtap import harvest, regtap
from waiting import until

from sample.federation import Federation

GATEWAY = "ivo://jmmc.fr/gateway/"
MESSENGERS = {
    "radio",
    "millimeter",
    "infrared",
    "optical",
    "uv",
    "euv",
    "x-ray",
    "gamma-ray",
    "neutrino",
    "gravitationalwave",
}
"""What pyvo asks ivoa.net for: https://www.ivoa.net/rdf/messenger."""


@pytest.fixture(scope="module")
def found(server: str, federation: Federation) -> Iterator[None]:
    """A registry that pyvo asks, with what it has harvested from the gateway once that knows what its tables cover."""
    oai = f"{server}/oai?verb=ListRecords&metadataPrefix=ivo_vor"

    def harvested() -> bytes | None:
        content = httpx.get(oai, timeout=60).content
        covered = [one for one in fromstring(content).iter("coverage") if one.find("spatial") is not None]
        return content if len(covered) > 12 else None

    harvest(federation.owner, until(harvested, 60))
    serving = uvicorn.Server(uvicorn.Config(regtap(federation.owner), port=0, log_level="warning"))
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    while not serving.started:
        time.sleep(0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rtcons.Waveband, "_legal_terms", MESSENGERS)
        former = registry.get_RegTAP_service_url() if hasattr(registry, "get_RegTAP_service_url") else None
        registry.choose_RegTAP_service(f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}/tap")
        yield
        if former:
            registry.choose_RegTAP_service(former)
    serving.should_exit = True
    thread.join(10)


def names(*constraints: rtcons.Constraint | str, **told: object) -> set[str]:
    """The records that are found, as their IVOIDs end."""
    return {str(one.ivoid).removeprefix(GATEWAY) for one in registry.search(*constraints, **told)}


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    "words",
    ["JSDC", "jsdc", "stellar diameters", "JMMC Stellar Diameters Catalogue", "angular diameters", "stellar-radii"],
)
def test_by_keyword(words: str) -> None:
    assert {"jsdc", "scs/jsdc.star"} <= names(registry.Freetext(words))


@pytest.mark.usefixtures("found")
def test_by_other_names() -> None:
    assert "oidb" in names(keywords=["OiDB"])
    assert {"obsportal", "ivoa"} <= names(keywords=["VLTI", "interferometric"])
    assert names(keywords=["JSDC", "radio pulsars"]) == set()
    assert {"jsdc", "scs/jsdc.star"} <= names(author="Bourgès%")
    assert "oidb" not in names(author="Bourgès%")


@pytest.mark.usefixtures("found")
def test_by_ucd() -> None:
    """Angular diameters: whoever has the table has them."""
    found = names(registry.UCD("phys.angSize%"))
    assert {"jsdc", "scs/jsdc.star"} <= found
    assert "oidb" not in names(registry.UCD("phys.angSize;em.IR.K"))
    assert names(registry.UCD("phys.angSize;em.radio%")) == set()


@pytest.mark.usefixtures("found")
def test_by_position(server: str) -> None:
    """Where there are stars and where there are not, as rows say."""

    def near(ra: float, dec: float) -> bool:
        return len(pyvo.dal.SCSService(f"{server}/scs/spica.target").search(pos=(ra, dec), radius=0.02)) > 0

    rows = pyvo.dal.TAPService(f"{server}/tap").run_sync("SELECT TOP 3 ra, dec FROM spica.target")
    for row in rows:
        assert near(row["ra"], row["dec"])
        assert {"spica", "scs/spica.target"} <= names(registry.Spatial((float(row["ra"]), float(row["dec"]))))
    assert "jsdc" in names(registry.Spatial((344.41, -29.62))), "Fomalhaut"
    assert "scs/spica.target" not in names(registry.Spatial((10.0, -85.0))), "which CHARA never sees"


@pytest.mark.usefixtures("found")
def test_by_waveband_energy_and_time() -> None:
    assert {"jsdc", "oidb", "scs/jsdc.star"} <= names(registry.Waveband("infrared"))
    assert "spica" not in names(registry.Waveband("infrared"))
    assert "spica" in names(registry.Waveband("optical"))
    assert names(registry.Waveband("radio")) == set()


@pytest.mark.usefixtures("found")
def test_by_model_and_service(server: str) -> None:
    assert "ivoa" in names(datamodel="obscore_new")
    assert "tap" in names(datamodel="obscore")
    assert {"scs/jsdc.star", "scs/jsdc.badcal"} <= names(registry.Freetext("JSDC"), servicetype="conesearch")
    results = registry.search(registry.Freetext("JSDC"), registry.UCD("phys.angSize%"))
    (jsdc,) = (one for one in results if str(one.ivoid) == f"{GATEWAY}jsdc")
    assert jsdc.res_title == "JSDC: JMMC Stellar Diameters Catalogue, version 3"
    assert jsdc.source_value == "2016A&A...589A.112C"
    assert "Bourgès, L.; Mella, G." in jsdc.creators[0] or "Bourgès, L." in jsdc.creators
    tap = jsdc.get_service("tap")
    assert tap.baseurl == f"{server}/tap"
    assert len(tap.run_sync("SELECT TOP 2 Name, LDD FROM jsdc.star")) == 2
