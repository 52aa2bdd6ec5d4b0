"""The door of nights: a VOTable that ASPRO2 understands, its own file, and what is refused."""

import io
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from astropy.io.votable import parse_single_table
from waiting import within

ASKED = {"DATE": "2026-12-01", "POPS": "451215"}
GRAPHQL = """{ spicaNight(date: "2026-12-01", pops: "451215", observable: true, first: 200) { nodes {
  spicadbId targetMainId ra dec priorityFinal observableStart observableEnd limitedBy calibratorBefore { name } calibratorAfter { name }
} } }"""
UCDS = {
    "nss_type": "meta.code.class", "diam": "meta.code.class", "spicadb_id": "meta.code.class", "grp": "meta.code.class;meta.id",
    "progname": "meta.code.class", "piname": "meta.code.class", "model": "meta.code.class;meta.modelled",
    "target_main_id": "meta.id;meta.main", "ra": "pos.eq.ra;meta.main", "dec": "pos.eq.dec;meta.main", "spt": "src.spType",
    "HD": "meta.id", "vmag": "phot.mag;em.opt.V", "gmag": "phot.mag;em.opt.G", "hmag": "phot.mag;em.IR.H",
    "nmag": "phot.mag;em.IR.8-15um",
}  # fmt: skip
"""What the scheduler sets, and what ASPRO2's stylesheet looks for."""
OI, TM = "{http://www.jmmc.fr/aspro-oi/0.1}", "{http://www.jmmc.fr/jmcs/models/0.1}"


async def nodes(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.post("/graphql", json={"query": GRAPHQL})
    told: list[dict[str, Any]] = answer.json()["data"]["spicaNight"]["nodes"]
    return told


async def table(client: httpx.AsyncClient, **params: str) -> Any:
    response = await client.get("/night", params=ASKED | params)
    assert response.status_code == 200, response.text
    return parse_single_table(io.BytesIO(response.content))


async def test_votable_says_what_graphql_says(client: httpx.AsyncClient) -> None:
    rows, expected = (await table(client)).to_table(), await nodes(client)
    science, calibrators = rows[rows["nss_type"] == "Science"], rows[rows["nss_type"] == "CalPrim"]
    assert [int(key) for key in science["spicadb_id"]] == [node["spicadbId"] for node in expected]
    assert list(science["target_main_id"]) == [node["targetMainId"] for node in expected]
    assert list(science["observable_start"]) == [node["observableStart"] for node in expected]
    assert list(science["observable_end"]) == [node["observableEnd"] for node in expected]
    assert list(science["limited_by"]) == [node["limitedBy"] for node in expected]
    assert list(science["grp"]) == [f"Priority {node['priorityFinal']}" for node in expected]
    beside = {node[side]["name"] for node in expected for side in ("calibratorBefore", "calibratorAfter") if node[side]}
    assert set(calibrators["target_main_id"]) == beside
    assert len(calibrators) == len(beside) > 0
    assert list(calibrators["grp"]) == ["CalPrim"] * len(calibrators)
    assert (calibrators["diam"] > 0).all()


async def test_columns_have_the_ucds_that_aspro2_looks_for(client: httpx.AsyncClient) -> None:
    fields = {field.name: field.ucd for field in (await table(client)).fields}
    assert {name: fields[name] for name in UCDS} == UCDS


async def test_params_are_the_settings_of_an_observation(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/night", params=ASKED | {"STATIONS": "S1,W1 E1 W2", "POPS": "1543", "MIN_ELEVATION": "25"}
    )
    root = ET.fromstring(response.content)  # noqa: S314 - ours
    params = {node.attrib["name"]: node.attrib["value"] for node in root.iter() if node.tag.endswith("PARAM")}
    assert params["OPERATION"] == "NEW"
    assert (params["INTERFEROMETER"], params["PERIOD"], params["INSTRUMENT"]) == ("CHARA", "CHARA 2026A", "SPICA")
    assert (params["CONFIGURATIONS"], params["POPS"]) == ("E1 W2 W1 S1", "1543")
    assert (params["DATE"], params["NIGHT"], params["MIN_ELEVATION"]) == ("2026-12-01", "true", "25")
    assert params["SUNSET"] < params["NIGHT_START"] < params["NIGHT_END"] < params["SUNRISE"]


async def test_models_are_elements_in_the_cell(client: httpx.AsyncClient) -> None:
    rows = (await table(client)).to_table()
    models = [str(text) for text in rows["model"] if text]
    assert models
    for text in models:
        (model,) = ET.fromstring(f'<x xmlns:tm="{TM[1:-1]}">{text}</x>')  # noqa: S314 - ours
        assert (model.tag, model.attrib["type"]) == (f"{TM}model", "disk")
        values = {node.attrib["type"]: node.findtext("value") for node in model}
        assert list(values) == ["flux_weight", "x", "y", "diameter"]
        assert float(values["diameter"] or 0) > 0


async def test_file_of_aspro2(client: httpx.AsyncClient) -> None:
    response = await client.get("/night", params=ASKED | {"FORMAT": "asprox"})
    assert response.headers["content-disposition"] == 'attachment; filename="spica-2026-12-01.asprox"'
    root, expected = ET.fromstring(response.content), await nodes(client)  # noqa: S314 - ours
    assert root.tag == f"{OI}observationSetting"
    tags = list(dict.fromkeys(node.tag for node in root))
    assert tags == [
        "schemaVersion", "targetVersion", "name", "when", "interferometerConfiguration", "instrumentConfiguration",
        "target", "targetUserInfos",
    ]  # fmt: skip
    assert root.findtext("when/date") == "2026-12-01"
    assert root.findtext("interferometerConfiguration/name") == "CHARA 2026A"
    assert root.findtext("instrumentConfiguration/stations") == "E1 W2 W1 S2 S1 E2"
    assert root.findtext("instrumentConfiguration/pops") == "451215"
    targets = root.findall("target")
    ids = {node.attrib["id"]: node for node in targets}
    assert len(ids) == len(targets)
    assert [node.findtext("name") for node in targets[: len(expected)]] == [node["targetMainId"] for node in expected]
    hours, minutes, seconds = (targets[0].findtext("RA") or "").split(":")
    assert (int(hours) + int(minutes) / 60 + float(seconds) / 3600) * 15 == pytest.approx(expected[0]["ra"], abs=1e-6)
    calibrators = (root.findtext("targetUserInfos/calibrators") or "").split()
    assert sorted(calibrators) == sorted(node.attrib["id"] for node in targets[len(expected) :])
    infos = {info.findtext("targetRef"): info for info in root.findall("targetUserInfos/targetInfo")}
    assert list(infos) == [node.attrib["id"] for node in targets[: len(expected)]]
    for node, info in zip(expected, infos.values(), strict=True):
        beside = dict.fromkeys(node[side]["name"] for side in ("calibratorBefore", "calibratorAfter") if node[side])
        told = [ids[key].findtext("name") for key in (info.findtext("calibrators") or "").split()]
        assert told == list(beside)
        assert f"spicadb_id: {node['spicadbId']};" in (info.findtext("description") or "")


async def test_hour_angles_are_in_aspro2_s_file(client: httpx.AsyncClient) -> None:
    """After the models of a target, as the schema of ASPRO2's file wants its elements."""
    for params, said in (({}, []), ({"MAX_HOUR_ANGLE": "1.5"}, ["-12", "1.5"])):
        response = await client.get("/night", params=ASKED | {"FORMAT": "asprox"} | params)
        for target in ET.fromstring(response.content).findall("target"):  # noqa: S314 - ours
            assert [node.text for node in target.findall("configuration/*")] == said
            assert target[-1].tag == "configuration" or not said


async def test_all_targets_and_some(client: httpx.AsyncClient) -> None:
    observable, whole = (await table(client)).to_table(), (await table(client, OBSERVABLE="false")).to_table()
    assert len(whole) > len(observable)
    some = (await table(client, MODES="DIA", PROGRAMMES="S05", PRIORITIES="1,2", OBSERVABLE="false")).to_table()
    science = some[some["nss_type"] == "Science"]
    assert 0 < len(science) < len(whole)
    assert set(science["spica_mode"]) == {"DIA"}
    assert set(science["priority_final"]) <= {1, 2}


async def test_kept_answer_is_not_computed_again(client: httpx.AsyncClient) -> None:
    async def kept() -> bool:
        first = await client.get("/night", params=ASKED)
        held = {"If-None-Match": first.headers.get("etag", "")}
        return (await client.get("/night", params=ASKED, headers=held)).status_code == 304

    assert await within(kept, 10)  # what other tests wrote before is counted late by PostgreSQL


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "DATE is '': the date of the evening is wanted, as 2026-12-01"),
        ({"DATE": "01/12/2026"}, "DATE is '01/12/2026': the date of the evening is wanted, as 2026-12-01"),
        ({"DATE": "2050-01-01"}, "date is 2050-01-01: an evening from 1980-01-01 to 2049-12-31 is wanted"),
        ({"DATE": "2026-12-01", "DATES": "x"}, "A night has no parameter 'dates'; perhaps you meant date"),
        ({"DATE": "2026-12-01", "MODES": "DIAS"}, "MODES has 'DIAS'; perhaps you meant DIA"),
        ({"DATE": "2026-12-01", "PRIORITIES": "5"}, "PRIORITIES has '5': numbers from 1 to 4 are wanted"),
        ({"DATE": "2026-12-01", "PROGRAMMES": "S0"}, "programmes has 'S0', which wants no target; perhaps you meant S0"),
        ({"DATE": "2026-12-01", "MIN_ELEVATION": "x"}, "MIN_ELEVATION is 'x': degrees from 0 to 80 are wanted"),
        ({"DATE": "2026-12-01", "MAX_HOUR_ANGLE": "x"}, "MAX_HOUR_ANGLE is 'x': hours from -12 to 12 are wanted"),
        ({"DATE": "2026-12-01", "FORMAT": "fits"}, "RESPONSEFORMAT=fits is not offered here: use votable or asprox"),
    ],
)  # fmt: skip
async def test_refusals_are_votables_that_say_what_would_be_right(
    client: httpx.AsyncClient, params: dict[str, str], message: str
) -> None:
    response = await client.get("/night", params=params)
    assert response.status_code == 400
    root = ET.fromstring(response.content)  # noqa: S314 - ours
    (info,) = (node for node in root.iter() if node.attrib.get("name") == "QUERY_STATUS")
    assert info.attrib["value"] == "ERROR"
    assert (info.text or "").startswith(message)


async def test_a_browser_is_led_to_the_page(client: httpx.AsyncClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    empty = await client.get("/night", headers=browser)
    assert (empty.status_code, empty.headers["location"]) == (303, "/spica/night")
    asked = await client.get("/night", params=ASKED | {"MODES": "DIA,DLD"}, headers=browser)
    assert asked.headers["location"] == "/spica/night?date=2026-12-01&pops=451215&modes=DIA%2CDLD"
    table = await client.get("/night", params=ASKED | {"FORMAT": "votable"}, headers=browser)
    assert table.headers["content-type"].startswith("application/x-votable+xml"), "as a browser downloads it"


async def test_file_without_targets_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/night", params={"DATE": "2026-12-01", "MODES": "SPI", "PRIORITIES": "1", "FORMAT": "asprox"}
    )
    assert response.status_code == 404
    assert "another DATE" in response.text
