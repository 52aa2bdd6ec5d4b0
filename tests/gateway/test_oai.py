"""OAI-PMH: what a registry asks when it harvests us."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from mocpy import MOC
from waiting import within

from hub.rows import connect
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.named_queries import SQL
from schema.revision import revision_ddl

OAI = "{http://www.openarchives.org/OAI/2.0/}"
RI = "{http://www.ivoa.net/xml/RegistryInterface/v1.0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
SERVICES = {
    f"ivo://jmmc.fr/gateway/{path}"
    for path in (
        "tap",
        "sia",
        "datalink",
        "hipslist",
        "hats",
        "visibility",
        *(f"scs/{name}" for name in DECLARED.positioned),
    )
}
DATA = {f"ivo://jmmc.fr/gateway/{name}" for name in ("jsdc", "oidb", "obsportal", "spica", "ivoa")}
EVERY = {"ivo://jmmc.fr", "ivo://jmmc.fr/gateway/registry", *DATA, *SERVICES}


async def asked(client: httpx.AsyncClient, **told: str) -> Any:
    response = await client.get("/oai", params={name.rstrip("_"): value for name, value in told.items()})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return fromstring(response.content)


def there(root: Any) -> list[str]:
    """Identifiers of the records that are told, without those that are deleted: other tests publish and withdraw."""
    return [one.findtext(f"{OAI}identifier") for one in root.iter(f"{OAI}header") if one.get("status") is None]


async def test_identify(client: httpx.AsyncClient) -> None:
    root = await asked(client, verb="Identify")
    assert root.findtext(f"{OAI}Identify/{OAI}baseURL") == "http://gateway/oai"
    (registry,) = root.iter(f"{RI}Resource")
    assert registry.get(TYPE) == "vg:Registry"
    assert registry.findtext("managedAuthority") == "jmmc.fr"
    told = [(one.get("standardID"), one.findtext("interface/accessURL")) for one in registry.iter("capability")]
    vosi = fromstring((await client.get("/oai/capabilities")).content)
    assert told == [(one.get("standardID"), one.findtext("interface/accessURL")) for one in vosi]
    assert told == [
        ("ivo://ivoa.net/std/Registry", "http://gateway/oai"),
        ("ivo://ivoa.net/std/VOSI#capabilities", "http://gateway/oai/capabilities"),
        ("ivo://ivoa.net/std/VOSI#availability", "http://gateway/oai/availability"),
    ]
    assert "available>true<" in (await client.get("/oai/availability")).text


@pytest.mark.parametrize("prefix", ["ivo_vor", "oai_dc"])
async def test_records(client: httpx.AsyncClient, prefix: str) -> None:
    root = await asked(client, verb="ListRecords", metadataPrefix=prefix, set="ivo_managed", from_="2020-01-01")
    identifiers = there(root)
    assert set(identifiers) == EVERY
    assert len(identifiers) == len(EVERY)
    assert there(await asked(client, verb="ListIdentifiers", metadataPrefix=prefix)) == identifiers


async def test_what_records_lead_to(client: httpx.AsyncClient) -> None:
    root = await asked(client, verb="ListRecords", metadataPrefix="ivo_vor")
    found = {one.findtext("identifier"): one for one in root.iter(f"{RI}Resource")}
    for identifier in SERVICES:
        assert found[identifier].get(TYPE) == "vs:CatalogService"
        for capability in found[identifier].iter("capability"):
            url = capability.findtext("interface/accessURL").removeprefix("http://gateway")
            params = {}
            if capability.get(TYPE) == "cs:ConeSearch":
                query = capability.find("testQuery")
                params = {name.upper(): query.findtext(name) for name in ("ra", "dec", "sr")}
            elif url in ("/sia", "/visibility"):
                params = {"MAXREC": "0"}
            elif url == "/tap":
                url = "/tap/capabilities"
            answer = await client.get(url, params=params)
            assert (answer.status_code, 'value="ERROR"' in answer.text) == (200, False), url


async def test_one_record(client: httpx.AsyncClient) -> None:
    name = "ivo://jmmc.fr/gateway/tap"
    (record,) = (await asked(client, verb="GetRecord", metadataPrefix="ivo_vor", identifier=name)).iter(f"{RI}Resource")
    assert record.findtext("identifier") == name
    assert "tr:TableAccess" in [one.get(TYPE) for one in record.iter("capability")]
    formats = await asked(client, verb="ListMetadataFormats", identifier=name)
    assert [one.text for one in formats.iter(f"{OAI}metadataPrefix")] == ["ivo_vor", "oai_dc"]
    assert [one.text for one in (await asked(client, verb="ListSets")).iter(f"{OAI}setSpec")] == ["ivo_managed"]


@pytest.fixture
async def covered(client: httpx.AsyncClient) -> None:
    """The gateway has read all positions, and has told the registry of them."""

    async def told() -> bool:
        root = await asked(client, verb="ListRecords", metadataPrefix="ivo_vor")
        return len(list(root.iter("spatial"))) == len(DATA) + len(DECLARED.positioned)

    await within(told, 60)


@pytest.mark.usefixtures("covered")
async def test_what_is_covered(client: httpx.AsyncClient) -> None:
    """Against the map that its own door gives, and against the rows."""
    root = await asked(client, verb="ListRecords", metadataPrefix="ivo_vor")
    for record in root.iter(f"{RI}Resource"):
        name = record.findtext("identifier").partition("/gateway/scs/")[2]
        if not name:
            continue
        door = MOC.from_string((await client.get(f"/moc/{name}?ORDER=6&FORMAT=ascii")).text)
        told = MOC.from_string(record.findtext("coverage/spatial"))
        assert told == (door if told.max_order == door.max_order else door.degrade_to_order(told.max_order)), name
        assert told.max_order == 6 or len(record.findtext("coverage/spatial")) > 7_500, "as fine as is small"
        assert record.findtext("coverage/footprint").endswith(f"/moc/{name}")
        assert {one.text for one in record.iter("waveband")} <= {"Optical", "Infrared"}
        (table,) = record.iter("table")
        assert table.findtext("name") == name
    (exposure,) = (
        one for one in root.iter(f"{RI}Resource") if one.findtext("identifier").endswith("obsportal.exposure")
    )
    start, end = map(float, exposure.findtext("coverage/temporal").split())
    query = "SELECT min(exp_mjd_start) AS a, max(exp_mjd_end) AS b FROM obsportal.exposure WHERE exp_mjd_start > 1"
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "RESPONSEFORMAT": "csv"})
    first, last = map(float, answer.text.splitlines()[1].split(","))
    assert 0 <= first - start <= 100
    assert 0 <= end - last <= 100
    jsdc = next(one for one in root.iter(f"{RI}Resource") if one.findtext("identifier").endswith("/jsdc"))
    assert jsdc.findtext("coverage/temporal") is None
    least, most = map(float, jsdc.findtext("coverage/spectral").split())
    assert least == pytest.approx(1.986e-25 / 13e-6, rel=1e-2)
    assert most == pytest.approx(1.986e-25 / 0.39e-6, rel=1e-2)


async def test_data_say_who_made_them_and_what_serves_them(client: httpx.AsyncClient) -> None:
    root = await asked(client, verb="ListRecords", metadataPrefix="ivo_vor")
    records = {one.findtext("identifier"): one for one in root.iter(f"{RI}Resource")}
    jsdc = records["ivo://jmmc.fr/gateway/jsdc"]
    assert jsdc.get(TYPE) == "vs:CatalogResource"
    assert jsdc.findtext("content/source") == "2016A&A...589A.112C"
    assert jsdc.findtext("curation/version") == "3"
    assert jsdc.findtext("curation/creator/name") == "Bourgès, L."
    assert next(one.text for one in jsdc.iter("subject")) == "stellar-radii"
    assert {one.findtext("name") for one in jsdc.iter("table")} == {"jsdc.star", "jsdc.identifier", "jsdc.badcal"}
    assert [one.get("standardID") for one in jsdc.iter("capability")] == ["ivo://ivoa.net/std/TAP#aux"]
    (relation,) = jsdc.iter("relationship")
    assert relation.findtext("relationshipType") == "IsServedBy"
    assert {one.get("ivo-id").rpartition("gateway/")[2] for one in relation.iter("relatedResource")} == {
        "tap", "scs/jsdc.star", "scs/jsdc.badcal",
    }  # fmt: skip
    for name in DATA:
        back = [one.get("ivo-id") for one in records["ivo://jmmc.fr/gateway/tap"].iter("relatedResource")]
        assert name in back
    obscore = next(records["ivo://jmmc.fr/gateway/ivoa"].iter("table"))
    assert obscore.findtext("utype") == "ivo://ivoa.net/std/obscore#table-1.1"
    oidb = records["ivo://jmmc.fr/gateway/oidb"]
    assert {one.text for one in oidb.iter("facility")} == {"VLTI", "CHARA"}
    assert "PIONIER" in {one.text for one in oidb.iter("instrument")}


async def test_what_is_withdrawn_stays_told(client: httpx.AsyncClient, federation: Federation) -> None:
    async def headers(**told: str) -> dict[str, tuple[str | None, str]]:
        root = await asked(client, verb="ListIdentifiers", metadataPrefix="ivo_vor", **told)
        return {
            one.findtext(f"{OAI}identifier"): (one.get("status"), one.findtext(f"{OAI}datestamp"))
            for one in root.iter(f"{OAI}header")
        }

    identify = await asked(client, verb="Identify")
    assert identify.findtext(f"{OAI}Identify/{OAI}deletedRecord") == "persistent"
    owner = await connect(federation.owner)
    remembered = (SQL / "hub" / "declared.sql").read_text()
    gone = "ivo://jmmc.fr/gateway/scs/jsdc.former"
    try:
        await owner.execute(
            "INSERT INTO gw.declared (digest, record) VALUES ('of an earlier release', 'scs/jsdc.former')"
        )
        await owner.execute(remembered)
        first = await headers()
        assert first[gone][0] == "deleted"
        await owner.execute(remembered)
        assert (await headers())[gone] == first[gone], "it went once"
        told = {"metadataPrefix": "ivo_vor", "identifier": gone}
        record = await asked(client, verb="GetRecord", **told)
        (header,) = record.iter(f"{OAI}header")
        assert (header.get("status"), list(record.iter(f"{OAI}metadata"))) == ("deleted", [])
        assert gone in await headers(from_=first[gone][1])
        await owner.execute("INSERT INTO gw.withdrawn (record) VALUES ('tap')")
        assert (await headers())["ivo://jmmc.fr/gateway/tap"][0] is None, "it is there"
    finally:
        await owner.execute("DELETE FROM gw.withdrawn")
        await owner.close()


@pytest.mark.usefixtures("covered")
async def test_a_coverage_is_dated_by_its_own_change(client: httpx.AsyncClient, federation: Federation) -> None:
    owner = await connect(federation.owner)
    star = "ivo://jmmc.fr/gateway/scs/jsdc.star"

    async def date() -> str:
        root = await asked(client, verb="GetRecord", metadataPrefix="ivo_vor", identifier=star)
        return str(root.findtext(f".//{OAI}datestamp"))

    try:
        await owner.execute("UPDATE published.covered SET since = '2026-11-22' WHERE table_name = 'jsdc.star'")
        told = await date()
        assert told == await date()
        await owner.execute("UPDATE published.covered SET spatial = '0/1' WHERE table_name = 'jsdc.star'")
        assert await date() > told
        assert await owner.fetchval("SELECT spatial FROM published.covered WHERE table_name = 'jsdc.star'") != "0/1"
    finally:
        await owner.close()


@pytest.mark.usefixtures("covered")
async def test_each_record_is_of_the_day_that_its_own_declaration_changed(
    client: httpx.AsyncClient, federation: Federation
) -> None:
    owner = await connect(federation.owner)
    await owner.execute("UPDATE published.covered SET since = '2026-11-22'")

    async def dates(**told: str) -> dict[str, str]:
        root = await asked(client, verb="ListIdentifiers", metadataPrefix="ivo_vor", **told)
        headers = root.iter(f"{OAI}header")
        dated = {one.findtext(f"{OAI}identifier"): one.findtext(f"{OAI}datestamp") for one in headers}
        return {name: dated[name] for name in there(root)}

    before = await dates()
    assert before["ivo://jmmc.fr"] == "2026-11-21T00:00:00Z"
    assert set(before) == EVERY
    star = "ivo://jmmc.fr/gateway/scs/jsdc.star"
    remembered = (SQL / "hub" / "declared.sql").read_text()
    try:
        await owner.execute("UPDATE gw.declared SET since = '2026-11-25T03:04:05.678Z' WHERE record = 'scs/jsdc.star'")
        await owner.execute(remembered)  # the same declarations
        assert await dates() == before | {star: "2026-11-25T03:04:05Z"}
        assert await dates(from_="2026-11-25", until="2026-11-25") == {star: "2026-11-25T03:04:05Z"}
        assert await dates(from_="2026-11-25T03:04:06Z", until="2026-11-26T00:00:00Z") == {}
        assert star not in await dates(from_="2026-11-25T03:04:06Z")
        assert star not in await dates(until="2026-11-25T03:04:04Z")
        identify = await asked(client, verb="Identify")
        assert identify.findtext(f"{OAI}Identify/{OAI}earliestDatestamp") == "2026-11-21T00:00:00Z"
        await owner.execute("UPDATE gw.declared SET digest = 'of others' WHERE record = 'scs/jsdc.star'")
        await owner.execute(remembered)
        assert await dates() == before
    finally:
        await owner.close()


def test_what_is_still_the_same_keeps_its_date() -> None:
    first = revision_ddl({"a": "one", "b": "two"}, "", datetime(2026, 1, 2, tzinfo=UTC))
    later = revision_ddl({"a": "one", "b": "three", "c": "one"}, first, datetime(2027, 1, 2, tzinfo=UTC))
    dates = dict(re.findall(r"'(\w)', '([^']+)'\)", later))
    assert dates == {"a": "2026-01-02T00:00:00Z", "b": "2027-01-02T00:00:00Z", "c": "2027-01-02T00:00:00Z"}


@pytest.mark.parametrize("name", DECLARED.positioned)
async def test_a_test_query_finds_rows(client: httpx.AsyncClient, name: str) -> None:
    root = await asked(
        client, verb="GetRecord", metadataPrefix="ivo_vor", identifier=f"ivo://jmmc.fr/gateway/scs/{name}"
    )
    (query,) = root.iter("testQuery")
    place = {axis.upper(): query.findtext(axis) for axis in ("ra", "dec", "sr")}
    answer = await client.get(f"/scs/{name}", params=place)
    assert answer.text.count("<TR>") > 0


async def test_titles_name_the_database(client: httpx.AsyncClient) -> None:
    root = await asked(client, verb="ListRecords", metadataPrefix="ivo_vor")
    records = {one.findtext("identifier"): one for one in root.iter(f"{RI}Resource")}
    titles = {name.removeprefix("ivo://jmmc.fr/gateway/"): one.findtext("title") for name, one in records.items()}
    for name, word in (("oidb.granule", "OiDB"), ("obsportal.target", "Obs Portal"), ("spica.target", "SPICA-DB")):
        assert titles[f"scs/{name}"].startswith(f"{word}: ")
        assert titles[name.partition(".")[0]].startswith(f"{word}: ")
    assert titles["jsdc"] == "JSDC: JMMC Stellar Diameters Catalogue, version 3"
    assert titles["scs/jsdc.star"] == "JSDC: JMMC Stellar Diameters Catalogue, version 3: cone search of star"
    assert all(word in titles["tap"] for word in ("JSDC", "OiDB", "Obs Portal", "SPICA-DB"))
    assert len(set(titles.values())) == len(titles)
    for record in records.values():
        assert len(record.findtext("shortName")) <= 16
        assert record.findtext("content/description") != record.findtext("title")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Nope"}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "Identify", "other": "1"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "ivo_vor", "from": "once"}, "badArgument"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "ListRecords", "metadataPrefix": ["ivo_vor", "ivo_vor"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "ivo_vor", "from": "20260101"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "ivo_vor", "from": "2026-01-01T00:00:00"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "ivo_vor", "until": "2999-01-01T00:00:00+02:00"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "ivo_vor", "from": "2027-01-01", "until": "2026-01-01"},
            "badArgument",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "ivo_vor", "from": "2026-01-01", "until": "2999-01-01T00:00:00Z"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "resumptionToken": "x", "a b<": "1"}, "badResumptionToken"),
        ({"verb": "GetRecord", "metadataPrefix": "ivo_vor", "identifier": "ivo://x"}, "idDoesNotExist"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "ivo_vor", "from": "2999-01-01"}, "noRecordsMatch"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "ivo_vor", "until": "2001-01-01"}, "noRecordsMatch"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "ivo_vor", "set": "other"}, "noRecordsMatch"),
    ],
)
async def test_errors(client: httpx.AsyncClient, told: dict[str, Any], code: str) -> None:
    response = await client.get("/oai", params=told)
    assert [one.get("code") for one in fromstring(response.content).iter(f"{OAI}error")] == [code]
