"""OAI-PMH: what a registry asks when it harvests us."""

from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from hub.rows import connect
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.named_queries import SQL

OAI = "{http://www.openarchives.org/OAI/2.0/}"
RI = "{http://www.ivoa.net/xml/RegistryInterface/v1.0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
SERVICES = {
    f"ivo://jmmc.fr/gateway/{path}"
    for path in ("tap", "sia", "datalink", *(f"scs/{name}" for name in DECLARED.positioned))
}
EVERY = {"ivo://jmmc.fr", "ivo://jmmc.fr/gateway/registry", *SERVICES}


async def asked(client: httpx.AsyncClient, **told: str) -> Any:
    response = await client.get("/oai", params={name.rstrip("_"): value for name, value in told.items()})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return fromstring(response.content)


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
    identifiers = [one.text for one in root.iter(f"{OAI}identifier")]
    assert set(identifiers) == EVERY
    assert len(identifiers) == len(EVERY)
    listed = await asked(client, verb="ListIdentifiers", metadataPrefix=prefix)
    assert [one.text for one in listed.iter(f"{OAI}identifier")] == identifiers


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
            elif url == "/sia":
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


async def test_records_are_of_the_day_that_something_changed(client: httpx.AsyncClient, federation: Federation) -> None:
    async def dates(**told: str) -> set[str | None]:
        root = await asked(client, verb="ListIdentifiers", metadataPrefix="ivo_vor", **told)
        return {one.text for one in root.iter(f"{OAI}datestamp")}

    [now] = await dates()
    assert now
    assert await dates(from_=now) == await dates(until=now) == {now}
    owner = await connect(federation.owner)
    remembered = (SQL / "hub" / "declared.sql").read_text()
    await owner.execute("UPDATE gw.declared SET since = '2026-11-21T03:04:05.678Z'")
    await owner.execute(remembered)  # the same declarations
    assert await dates() == await dates(until="2026-11-21") == {"2026-11-21T03:04:05Z"}
    assert await dates(from_="2026-11-21T03:04:06Z") == set()
    await owner.execute("UPDATE gw.declared SET digest = 'of others'")
    await owner.execute(remembered)
    await owner.close()
    [later] = await dates()
    assert str(later) >= now


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
