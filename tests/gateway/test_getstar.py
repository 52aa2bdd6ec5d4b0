"""GetStar's VOTable 1.1, against the structure that GetStar 6.0 gives the same properties (a real answer about Sirius)."""

import io
from typing import Any
from xml.etree.ElementTree import Element

import httpx
import pytest
from astropy.io.votable import parse
from defusedxml.ElementTree import fromstring

from schema.getstar import LABELS, PROPERTIES
from schema.jsdc import ORIGIN

NS = "{http://www.ivoa.net/xml/VOTable/v1.1}"
REAL = """HD=ID_HD HIP=ID_HIP DM=ID_DM TYC1=ID_TYC1 TYC2=ID_TYC2 TYC3=ID_TYC3 2MASS=ID_2MASS SBC9=ID_SB9 WDS=ID_WDS
AKARI=ID_AKARI WISE=ID_WISE GAIA=ID_GAIA SIMBAD=ID_SIMBAD TARGET_ID=ID_TARGET RAJ2000=POS_EQ_RA_MAIN e_RAJ2000=POS_EQ_RA_ERROR DEJ2000=POS_EQ_DEC_MAIN e_DEJ2000=POS_EQ_DEC_ERROR
pmRa=POS_EQ_PMRA e_pmRa=POS_EQ_PMRA_ERROR pmDec=POS_EQ_PMDEC e_pmDec=POS_EQ_PMDEC_ERROR plx=POS_PARLX_TRIG
e_Plx=POS_PARLX_TRIG_ERROR SpType=SPECT_TYPE_MK ObjTypes=OBJ_TYPES B=PHOT_JHN_B e_B=PHOT_JHN_B_ERROR Bp=PHOT_MAG_Bp
e_Bp=PHOT_MAG_Bp_ERROR V=PHOT_JHN_V e_V=PHOT_JHN_V_ERROR G=PHOT_MAG_G e_G=PHOT_MAG_G_ERROR Rp=PHOT_MAG_Rp
e_Rp=PHOT_MAG_Rp_ERROR J=PHOT_JHN_J e_J=PHOT_JHN_J_ERROR H=PHOT_JHN_H e_H=PHOT_JHN_H_ERROR K=PHOT_JHN_K
e_K=PHOT_JHN_K_ERROR L=PHOT_JHN_L e_L=PHOT_JHN_L_ERROR M=PHOT_JHN_M e_M=PHOT_JHN_M_ERROR N=PHOT_JHN_N
e_N=PHOT_JHN_N_ERROR IRFlag=IR_FLAG LDD=LD_DIAM e_LDD=LD_DIAM_ERROR e_LDD_rel=LD_DIAM_ERROR_REL diam_chi2=DIAM_CHI2
CalFlag=CAL_FLAG diamFlag=DIAM_FLAG UD_B=UD_B UD_V=UD_V UD_R=UD_R UD_I=UD_I UD_J=UD_J UD_H=UD_H UD_K=UD_K UD_L=UD_L
UD_M=UD_M UD_N=UD_N SpType_JMMC=SPECTRAL_TYPE Name=NAME deletedFlag=DELETED_FLAG"""
"""Names and UCDs of the real answer's FIELDs that we have, in its order, but for origins and confidences."""
PARAMS = """ServerCommand ServerDate SearchCalServerVersion objectName file baseMax wlen format diagnose ConfidenceIndexes
OriginIndexes deletedFlag.origin deletedFlag.confidence"""


async def answer(client: httpx.AsyncClient, star: str, **told: str) -> Element:
    response = await client.get("/getstar", params={"star": star, **told})
    assert response.status_code == 200, response.text
    return fromstring(response.content)


def values(root: Element) -> list[dict[str, str | None]]:
    names = [field.get("name", "") for field in root.iter(f"{NS}FIELD")]
    return [dict(zip(names, [cell.text for cell in row], strict=True)) for row in root.iter(f"{NS}TR")]


async def test_structure(client: httpx.AsyncClient) -> None:
    root = await answer(client, "Fomalhaut")
    assert root.get("version") == "1.1"
    fields = list(root.iter(f"{NS}FIELD"))
    own = [field for field in fields if not (field.get("name") or "").endswith((".origin", ".confidence"))]
    assert [f"{field.get('name')}={field.get('ucd')}" for field in own] == REAL.split()
    assert [param.get("name") for param in root.iter(f"{NS}PARAM")] == PARAMS.split()
    assert [field.get("ID") for field in fields] == [f"col{number}" for number in range(len(fields))]
    for field in fields:
        name, part = (field.get("name") or "").partition(".")[::2]
        if part:
            ucd = {"origin": "REFER_CODE", "confidence": "CODE_QUALITY"}[part]
            assert (field.get("ucd"), field.get("datatype"), field.get("type")) == (ucd, "int", "hidden"), name


async def test_groups(client: httpx.AsyncClient) -> None:
    root = await answer(client, "Fomalhaut")
    ids = {field.get("ID"): field.get("name") for field in root.iter(f"{NS}FIELD")}
    groups = {group.get("name"): group for group in root.iter(f"{NS}GROUP")}
    assert list(groups) == [*(told.name for told in PROPERTIES), "deletedFlag"]
    members = {name: [ids[one.get("ref")] for one in group.iter(f"{NS}FIELDref")] for name, group in groups.items()}
    assert members["V"] == ["V", "V.origin", "V.confidence", "e_V"]
    assert members["plx"] == ["plx", "plx.origin", "plx.confidence", "e_Plx"]
    assert members["HD"] == ["HD", "HD.origin", "HD.confidence"]
    assert len(list(groups["deletedFlag"].iter(f"{NS}PARAMref"))) == 2


async def test_indexes(client: httpx.AsyncClient) -> None:
    params = {param.get("name"): param for param in (await answer(client, "Fomalhaut")).iter(f"{NS}PARAM")}
    origins = {one.get("name"): one.get("value") for one in params["OriginIndexes"].iter(f"{NS}OPTION")}
    assert origins["2"] == "computed"
    assert (origins["14"], origins["23"]) == ("II/246/out", "SIMBAD")
    assert len(LABELS) == len(ORIGIN.members)
    confidences = [one.get("value") for one in params["ConfidenceIndexes"].iter(f"{NS}OPTION")]
    assert confidences == ["NO", "LOW", "MEDIUM", "HIGH"]


async def test_values(client: httpx.AsyncClient) -> None:
    (row,) = values(await answer(client, "* eps Gem"))
    query = """{ star(name: "HD 48329") { vmag { value error origin confidence } ldd { value error } uddk calFlag plx { value }
        spTypeSimbad ra dec } }"""
    wanted: Any = (await client.post("/graphql", json={"query": query})).json()["data"]["star"]
    code = {name: number for number, (name, _) in ORIGIN.members.items()}
    assert (row["HD"], row["TARGET_ID"], row["Name"]) == ("48329", "* eps Gem", "HD 48329")
    assert (row["TYC1"], row["TYC2"], row["TYC3"]) == ("1897", "1639", "1")
    assert float(row["V"] or "nan") == wanted["vmag"]["value"]
    assert int(row["V.origin"] or -1) == code[wanted["vmag"]["origin"]]
    assert (float(row["LDD"] or "nan"), float(row["e_LDD"] or "nan")) == tuple(wanted["ldd"].values())
    assert float(row["e_LDD_rel"] or "nan") == pytest.approx(100 * wanted["ldd"]["error"] / wanted["ldd"]["value"])
    assert float(row["UD_K"] or "nan") == wanted["uddk"]
    assert (row["SpType"], row["diamFlag"], row["deletedFlag"]) == (wanted["spTypeSimbad"], "1", "0")
    hours, minutes, seconds = map(float, (row["RAJ2000"] or "").split())
    assert 15 * (hours + minutes / 60 + seconds / 3600) == pytest.approx(wanted["ra"], abs=1e-8)
    degrees, minutes, seconds = map(float, (row["DEJ2000"] or "").split())
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(wanted["dec"], abs=1e-9)
    for told in PROPERTIES:
        if row[told.name] is None:
            assert (row[f"{told.name}.origin"], row[f"{told.name}.confidence"]) == ("0", "0")


SIRIUS = {
    "HD": ("48915", "4", "3"), "HIP": ("32349", "4", "3"), "DM": ("-1601591", "4", "3"), "TYC1": ("5949", "4", "3"),
    "2MASS": ("06450887-1642566", "14", "3"), "SBC9": ("416", "19", "3"), "WDS": ("06451-1643", "21", "3"),
    "AKARI": ("200102088", "3", "3"), "WISE": ("J064508.34-164310.1", "24", "3"), "GAIA": (None, "0", "0"),
}  # fmt: skip
"""What GetStar 6.0 says of Sirius: identifier, origin, confidence."""


async def test_identifiers_are_those_of_getstar(client: httpx.AsyncClient) -> None:
    (row,) = values(await answer(client, "Sirius"))
    ours = {name: (row[name], row[f"{name}.origin"], row[f"{name}.confidence"]) for name in SIRIUS}
    assert ours == SIRIUS
    (vega,) = values(await answer(client, "Vega"))
    assert (vega["DM"], vega["HIP"]) == ("3803238", "91262")


@pytest.mark.parametrize("separator", [",", "|"])
async def test_several(client: httpx.AsyncClient, separator: str) -> None:
    root = await answer(client, separator.join(("Fomalhaut", " nonsense", "HD 48329")))
    assert [row["Name"] for row in values(root)] == ["HD 216956", "HD 48329"]
    (info,) = (one for one in root.iter(f"{NS}INFO") if one.get("name") == "LOG")
    assert "No star of JSDC is called nonsense." in (info.text or "")
    tabs = (await client.get("/getstar", params={"star": "Fomalhaut", "format": "tsv"})).text.splitlines()
    assert len(tabs) == 2
    assert dict(zip(tabs[0].split("\t"), tabs[1].split("\t"), strict=True))["Name"] == "HD 216956"


@pytest.mark.parametrize(("version", "parameter"), [("1.4", ""), ("1.5", ";version=1.5")])
async def test_the_same_star_in_newer_votable(client: httpx.AsyncClient, version: str, parameter: str) -> None:
    media_type = f"application/x-votable+xml{parameter}"
    for told in ({"params": {"star": "Fomalhaut", "format": f"votable{version}"}},
                 {"params": {"star": "Fomalhaut"}, "headers": {"accept": media_type}}):  # fmt: skip
        response = await client.get("/getstar", **told)  # type: ignore[arg-type]
        assert response.headers["content-type"] == media_type
        document = parse(io.BytesIO(response.content), verify="exception")
        assert document.version == version
        (system,) = document.resources[0].coordinate_systems
        assert system.refposition == ("BARYCENTER" if version == "1.5" else None)
        assert str(document.get_first_table().array["Name"][0]) == "HD 216956"


@pytest.mark.parametrize(
    ("told", "status", "says"),
    [
        ({"star": "nonsense"}, 404, "No star of JSDC is called nonsense"),
        ({}, 400, "star is missing"),
        ({"star": "Fomalhaut", "V": "1.2"}, 400, "V is given: diameters here are those of JSDC"),
        ({"star": "Fomalhaut", "format": "pdf"}, 400, "one of vot, tsv, votable1.4, votable1.5 is wanted"),
        ({"star": ",".join(map(str, range(101)))}, 400, "at most 100"),
        ({"star": "a\0b"}, 400, "NUL"),
    ],
)
async def test_what_cannot_be_asked(client: httpx.AsyncClient, told: dict[str, str], status: int, says: str) -> None:
    response = await client.get("/getstar", params=told)
    assert (response.status_code, says in response.text) == (status, True)


async def test_astropy_reads_it(client: httpx.AsyncClient) -> None:
    response = await client.get("/getstar", params={"star": "Fomalhaut"})
    table = parse(io.BytesIO(response.content), verify="ignore").get_first_table()
    assert float(table.array["V"][0]) == pytest.approx(1.17)
    assert len(table.groups) == len(PROPERTIES) + 1


async def test_the_answer_says_how_each_star_was_found(client: httpx.AsyncClient) -> None:
    root = await answer(client, "VEGA,Sirius A")
    infos = [info.get("value") for info in root.iter(f"{NS}INFO") if info.get("name") == "nameMatch"]
    assert infos == ["FOLDED: VEGA is HD 172167", "COMPONENT: Sirius A is HD 48915"]
    modern = await client.get("/getstar", params={"star": "VEGA", "format": "votable1.4"})
    assert '<INFO name="nameMatch" value="FOLDED: VEGA is HD 172167"/>' in modern.text


async def test_a_name_that_several_stars_bear_names_the_others(client: httpx.AsyncClient) -> None:
    info = '<INFO name="nameMatch" value="AMBIGUOUS: Gienah is HD 106625; others that bear it: HD 197989"/>'
    for written in ("vot", "votable1.4"):
        assert info in (await client.get("/getstar", params={"star": "Gienah", "format": written})).text


@pytest.mark.parametrize("name", ["ς Sco", "NAME " * 2000, "* " * 5000, "a" * 10_000])
async def test_odd_names_are_no_faults(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get("/getstar", params={"star": name})
    assert response.status_code == (200 if name == "ς Sco" else 404), response.text[:300]
    query = "query($name: String) { stars(cone: {name: $name, radius: 1}) { totalCount } }"
    answer = await client.post("/graphql", json={"query": query, "variables": {"name": name}})
    codes = [error["extensions"]["code"] for error in answer.json().get("errors", ())]
    assert codes == ([] if name == "ς Sco" else ["NOT_FOUND"])
    assert len(answer.content) < 1000


async def test_cones_by_name_say_so_in_their_tables(client: httpx.AsyncClient) -> None:
    info = '<INFO name="nameMatch" value="FOLDED: The centre is HD 172167"/>'
    query = '{ stars(cone: {name: "VEGA", radius: 0.01}) { nodes { name } } }'
    table = await client.post("/graphql", json={"query": query}, headers={"Accept": "application/x-votable+xml"})
    assert info in table.text
    search = await client.get("/oidb/search", params={"conesearch": "VEGA,J2000,2,arcmin"})
    assert info in search.text
