"""`/search.votable` and `/getstar` as ASPRO2 and OiDB call them, read as they read them.

The facts are those of ASPRO2's own tests (`obsportal-dev-spica.votable.xml`, January 2022) and of its code: the reply
goes through Obsvot2RawObservations.xsl, which drops namespaces and finds FIELDs by name, and projected baselines
through org.json. GetStar's answer goes through scvot2AsproObservation.xsl, in VOTable 1.1's namespace.
"""

import json
import math
import re
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from waiting import within

CALL = {"ra": "344.4127", "dec": "-29.6222", "radius": "30.0", "all_fields": "false"}
TEXT, NUMBER, WHOLE = ("unicodeChar", "*"), ("double", None), ("int", None)
FIELDS = {
    "exp_id": TEXT,
    "exp_header_id": TEXT,
    "exp_mjd_start": NUMBER,
    "exp_mjd_end": NUMBER,
    "exp_projected_baselines": TEXT,
    "exp_validation_level": WHOLE,
    "exp_validation_log": TEXT,
    "exp_tau0": NUMBER,
    "exp_temperature": NUMBER,
    "exp_seeing": NUMBER,
    "exp_date_updated": TEXT,
    "exp_date_release": TEXT,
    "obs_id": WHOLE,
    "obs_type": TEXT,
    "obs_program": TEXT,
    "obs_program_title": TEXT,
    "obs_program_pi_coi": TEXT,
    "interferometer_name": TEXT,
    "interferometer_stations": TEXT,
    "instrument_name": TEXT,
    "instrument_mode": TEXT,
    "instrument_submode": TEXT,
    "instrument_em_min": NUMBER,
    "instrument_em_max": NUMBER,
    "instrument_em_res_power": NUMBER,
    "target_id": WHOLE,
    "target_name": TEXT,
    "target_ra": NUMBER,
    "target_dec": NUMBER,
}
READ = (
    "exp_id",
    "exp_mjd_start",
    "exp_mjd_end",
    "exp_projected_baselines",
    "exp_tau0",
    "exp_temperature",
    "exp_seeing",
    "obs_id",
    "obs_type",
    "obs_program",
    "interferometer_name",
    "interferometer_stations",
    "instrument_name",
    "instrument_mode",
    "instrument_submode",
    "target_name",
    "target_ra",
    "target_dec",
)
"""What ASPRO2's style sheet looks up."""
WEATHER = ("exp_tau0", "exp_temperature", "exp_seeing")


class Reply:
    """A reply as the style sheet reads it: namespaces dropped, FIELDs by name, RESOURCE/TABLE/DATA/TABLEDATA alone."""

    def __init__(self, response: httpx.Response) -> None:
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/x-votable+xml"
        plain = re.sub(r'\sxmlns(:\w+)?="[^"]*"|\sxsi:\w+="[^"]*"', "", response.text)
        root = ET.fromstring(plain.encode())  # noqa: S314 - ours
        assert root.tag == "VOTABLE"
        (resource,) = root.findall("RESOURCE")
        assert resource.get("type") == "results"
        self.params = {node.get("name"): node.get("value") for node in resource.findall("PARAM")}
        self.fields = {
            node.get("name"): (node.get("datatype"), node.get("arraysize")) for node in resource.findall("TABLE/FIELD")
        }
        self.rows = [
            dict(zip(self.fields, [cell.text or "" for cell in row.findall("TD")], strict=True))
            for row in resource.findall("TABLE/DATA/TABLEDATA/TR")
        ]

    @property
    def targets(self) -> set[str]:
        return {row["target_name"] for row in self.rows}


def tolerant(text: str) -> Any:
    """JSON as org.json takes it: single quotes and None too."""
    tokens = re.findall(r"'(?:[^'\\]|\\.)*'|[{}\[\]:,]|[^\s{}\[\]:,']+", text)
    spelled = {"None": "null", "True": "true", "False": "false"}
    quoted = (json.dumps(token[1:-1]) if token[0] == "'" else spelled.get(token, token) for token in tokens)
    return json.loads("".join(quoted))


def numbers(value: Any) -> Any:
    """Baselines with their numbers as such: they come as texts."""
    if isinstance(value, dict):
        return {key: numbers(part) for key, part in value.items()}
    return value if value is None else float(value)


async def test_the_29_fields_are_those_of_the_obs_portal(client: httpx.AsyncClient) -> None:
    reply = Reply(await client.get("/search.votable", params=CALL | {"all_fields": "true"}))
    assert list(reply.fields.items()) == list(FIELDS.items())
    assert reply.rows


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_aspro2_asks(client: httpx.AsyncClient, method: str) -> None:
    sent = {"params": CALL} if method == "GET" else {"data": CALL}
    reply = Reply(await client.request(method, "/search.votable", **sent))  # type: ignore[arg-type]
    assert set(READ) <= set(reply.fields) < set(FIELDS)
    assert list(reply.fields) == [name for name in FIELDS if name in reply.fields]
    assert all(reply.fields[name] == FIELDS[name] for name in reply.fields)
    assert reply.rows
    assert "Fomalhaut" in reply.targets
    assert all(row["exp_id"] and row["target_ra"] and row["target_dec"] for row in reply.rows)
    assert {row["obs_type"] for row in reply.rows} <= {"science", "calibrator"}
    assert all(float(row["exp_mjd_start"]) < float(row["exp_mjd_end"]) for row in reply.rows)


async def test_the_reply_says_how_it_is(client: httpx.AsyncClient) -> None:
    async def dated() -> httpx.Response | None:
        """A reply whose date is known: not just after a test that kept the application from looking at its sources."""
        response = await client.post("/search.votable", data=CALL)
        return response if (Reply(response).params["last_mod_date"] or "").strip() else None

    response = await within(dated, 5)
    params = Reply(response).params
    assert params["status"] == "OK"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00", params["last_mod_date"] or "")
    chosen = "first: 1, where: { expDateUpdated: { isNull: false } }, orderBy: [{ expDateUpdated: DESC }]"
    query = f"{{ exposures({chosen}) {{ nodes {{ expDateUpdated }} }} }}"
    newest = (await client.post("/graphql", json={"query": query})).json()["data"]["exposures"]["nodes"][0][
        "expDateUpdated"
    ]
    assert (params["last_mod_date"] or "")[:19] == newest[:19].replace("T", " ")
    assert "BINARY" not in response.text
    assert "COOSYS" not in response.text or 'system="ICRS"' in response.text


async def test_only_tabledata_whatever_is_asked(client: httpx.AsyncClient) -> None:
    for accept in (
        "application/x-votable+xml;serialization=BINARY2",
        "text/csv",
        "application/json",
        "text/xml",
        "*/*",
    ):
        response = await client.post("/search.votable", data=CALL, headers={"accept": accept})
        assert Reply(response).rows
        assert "<TABLEDATA>" in response.text


async def test_projected_baselines_are_pythons_and_the_same_as_json(client: httpx.AsyncClient) -> None:
    reply = Reply(await client.get("/search.votable", params={"all_fields": "true", "maxrec": "200"}))
    assert len(reply.rows) == 200
    chosen = "first: 200, where: { expId: { in: $ids } }"
    query = f"query($ids: [String!]) {{ exposures({chosen}) {{ nodes {{ expId expProjectedBaselines }} }} }}"
    body = {"query": query, "variables": {"ids": [row["exp_id"] for row in reply.rows]}}
    nodes = (await client.post("/graphql", json=body)).json()["data"]["exposures"]["nodes"]
    wanted = {node["expId"]: node["expProjectedBaselines"] for node in nodes}
    compared = 0
    for row in reply.rows:
        text = row["exp_projected_baselines"]
        if not text:
            assert wanted[row["exp_id"]] is None
            continue
        assert '"' not in text
        assert "null" not in text
        told = tolerant(text)
        assert numbers(told) == numbers(wanted[row["exp_id"]])
        for baseline in told.values():
            assert isinstance(baseline["length"]["start"], str | None)
        compared += 1
    assert compared > 100


async def test_the_radius_is_in_arcseconds(client: httpx.AsyncClient) -> None:
    near = Reply(await client.post("/search.votable", data=CALL | {"dec": str(-29.6222 + 25 / 3600)}))
    far = Reply(await client.post("/search.votable", data=CALL | {"dec": str(-29.6222 + 40 / 3600)}))
    wide = Reply(await client.post("/search.votable", data=CALL | {"dec": str(-29.6222 + 40 / 3600), "radius": "60"}))
    usual = Reply(await client.post("/search.votable", data={"ra": CALL["ra"], "dec": CALL["dec"]}))
    assert "Fomalhaut" in near.targets
    assert "Fomalhaut" not in far.targets
    assert "Fomalhaut" in wide.targets
    assert "Fomalhaut" in usual.targets


async def test_what_is_missing(client: httpx.AsyncClient) -> None:
    reply = Reply(await client.get("/search.votable", params={"all_fields": "true"}))
    assert len(reply.rows) > 100
    for name in WEATHER:
        assert {row[name] for row in reply.rows} >= {"NaN"}  # never empty: ASPRO2 reads a number
        assert all(row[name] for row in reply.rows)
        assert any(math.isfinite(float(row[name])) for row in reply.rows)
    assert "" in {row["instrument_submode"] for row in reply.rows}
    assert not {"None", "NULL", "null", "NaN"} & {row["instrument_submode"] for row in reply.rows}
    logs = [row["exp_validation_log"] for row in reply.rows if row["exp_validation_log"]]
    assert all(isinstance(json.loads(log), list) for log in logs)


async def test_oidb_harvests(client: httpx.AsyncClient) -> None:
    every = Reply(await client.get("/search.votable", params={"interferometer": "CHARA", "all_fields": "true"}))
    assert every.rows
    assert {row["interferometer_name"] for row in every.rows} == {"CHARA"}
    days = sorted(row["exp_date_updated"] for row in every.rows if row["exp_date_updated"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00", days[0])
    start, end = (day.replace(" ", "T") for day in (days[len(days) // 3], days[2 * len(days) // 3]))
    told = {"interferometer": "CHARA", "date_updated_from": start, "date_updated_to": end, "all_fields": "true"}
    part = Reply(await client.get("/search.votable", params=told))
    times = {row["exp_id"]: row["exp_date_updated"].replace(" ", "T") for row in every.rows}
    found = {row["exp_id"] for row in part.rows}
    # Bounds are in whole seconds, times are not: those of the last second may be in or out.
    assert {name for name, time in times.items() if start <= time < end} <= found
    assert found <= {name for name, time in times.items() if start <= time <= end}
    assert 0 < len(found) < len(every.rows)
    # Plus signs that are not escaped arrive as blanks.
    told = f"interferometer=CHARA&all_fields=true&date_updated_from={start}&date_updated_to={end}"
    unescaped = Reply(await client.get(f"/search.votable?{told}"))
    assert {row["exp_id"] for row in unescaped.rows} == found
    spica = Reply(await client.get("/search.votable", params={"instrument": "SPICA"}))
    assert {row["instrument_name"] for row in spica.rows} == {"SPICA"}


async def test_modes_by_number_and_programmes(client: httpx.AsyncClient) -> None:
    chosen = "first: 1, where: { obsProgram: { isNull: false }, instrumentModeId: { isNull: false } }"
    fields = "instrumentModeId instrumentMode instrumentName obsProgram"
    query = f"{{ exposures({chosen}) {{ nodes {{ {fields} }} }} }}"
    node = (await client.post("/graphql", json={"query": query})).json()["data"]["exposures"]["nodes"][0]
    mode = {"instrument": node["instrumentName"], "instrument_mode": str(node["instrumentModeId"])}
    reply = Reply(await client.get("/search.votable", params=mode))
    assert {row["instrument_mode"] for row in reply.rows} == {node["instrumentMode"]}
    reply = Reply(await client.get("/search.votable", params={"program_id": node["obsProgram"]}))
    assert {row["obs_program"] for row in reply.rows} == {node["obsProgram"]}


async def test_the_most_rows(client: httpx.AsyncClient) -> None:
    response = await client.get("/search.votable", params={"maxrec": "3"})
    assert len(Reply(response).rows) == 3
    assert 'name="QUERY_STATUS" value="OVERFLOW"' in response.text
    nowhere = Reply(await client.get("/search.votable", params=CALL | {"ra": "1.5", "dec": "88.8"}))
    assert nowhere.rows == []
    assert nowhere.params["status"] == "OK"


GETSTAR = "{http://www.ivoa.net/xml/VOTable/v1.1}"
STAR = """SIMBAD GAIA HIP TYC1 TYC2 TYC3 HD 2MASS RAJ2000 DEJ2000 pmRa pmDec B Bp V G Rp J H K L M N ObjTypes SpType plx
e_Plx deletedFlag"""
"""What its style sheet looks up of a star; it does without WISE, DM, SBC9, WDS, RadVel, R and I, which JSDC has not."""


async def test_aspro2_finds_a_star(client: httpx.AsyncClient) -> None:
    root = ET.fromstring((await client.get("/getstar?star=Sirius&scenario=true")).content)  # noqa: S314 - ours
    table = root.find(f"{GETSTAR}RESOURCE/{GETSTAR}TABLE")
    frame = root.find(f"{GETSTAR}COOSYS")
    assert table is not None
    assert frame is not None
    assert (frame.get("equinox") or "").replace("J", "") == "2000."
    params = {node.get("name"): node.get("value") for node in table.findall(f"{GETSTAR}PARAM")}
    assert (params["ServerCommand"], params["objectName"]) == ("GetStar", "Sirius")
    assert params["SearchCalServerVersion"]
    fields = {node.get("name"): node.get("datatype") for node in table.findall(f"{GETSTAR}FIELD")}
    (row,) = table.iter(f"{GETSTAR}TR")
    star = dict(zip(fields, [cell.text for cell in row], strict=True))
    assert set(STAR.split()) <= set(star)
    assert (star["SIMBAD"], star["HD"], star["HIP"], star["deletedFlag"]) == ("* alf CMa", "48915", "32349", "0")
    assert "-".join(star[part] or "" for part in ("TYC1", "TYC2", "TYC3")) == "5949-2777-1"
    assert [re.sub(r"\d+", "0", star[name] or "") for name in ("RAJ2000", "DEJ2000")] == ["0 0 0.0", "-0 0 0.0"]
    assert all(math.isfinite(float(star[name])) for name, kind in fields.items() if kind == "double" and star[name])
    assert all(star[f"UD_{band}"] for band in "BVRIJHKLMN"), "one of them is the diameter of its model"
