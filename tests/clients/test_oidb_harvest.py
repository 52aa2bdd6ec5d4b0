"""OiDB harvests the Obs Portal: its XQuery as far as it reads, `modules/obsportal.xqm` of OiDB, April 2026.

It binds a prefix to the namespace of VOTable 1.4 as the Obs Portal spells it, looks FIELDs and TDs up in it alone, pairs them by
position, and turns each row into an <observation>. A namespace of another spelling finds nothing, and no error.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest

VOTABLE = "{http://www.ivoa.net/xml/VOTable/v1.4}"
HARVESTS = {"issp_l0": "instrument=SPICA", "eso_vlti_import": "interferometer=VLTI"}
READ = """target_name exp_id exp_date_release target_ra target_dec exp_mjd_start exp_mjd_end instrument_em_min
instrument_em_max instrument_em_res_power interferometer_name instrument_name instrument_mode instrument_submode
interferometer_stations obs_program obs_type obs_program_pi_coi exp_header_id exp_date_updated"""
"""What `obsportal:metadata` and `get-last-exp_date_updated` read of an observation."""


async def observations(client: httpx.AsyncClient, *params: str) -> list[dict[str, str]]:
    """`obsportal:get-observations`: the URL as it is put together, `doc()`, and `votable-observations`."""
    answer = await client.get(f"/search.votable?{'&'.join(params)}")
    assert answer.status_code == 200, answer.text
    root = ET.fromstring(answer.content)  # noqa: S314 - ours
    names = [field.get("name") or "" for field in root.iter(f"{VOTABLE}FIELD")]
    rows = [row for data in root.iter(f"{VOTABLE}TABLEDATA") for row in data.findall(f"{VOTABLE}TR")]
    return [dict(zip(names, (cell.text or "" for cell in row.findall(f"{VOTABLE}TD")), strict=True)) for row in rows]


def bound(name: str, moment: str) -> str:
    """A bound as it is sent: no decimals, and an escaped plus."""
    return f"{name}={moment.partition('.')[0]}%2B00:00"


def last_updated(found: list[dict[str, str]]) -> datetime:
    """`obsportal:get-last-exp_date_updated`: `xs:dateTime(translate(normalize-space(…), " ", "T"))` of each."""
    return max(datetime.fromisoformat(" ".join(row["exp_date_updated"].split()).replace(" ", "T")) for row in found)


@pytest.mark.parametrize("query", HARVESTS.values(), ids=HARVESTS)
async def test_a_harvest_finds_all_that_is_new(client: httpx.AsyncClient, query: str) -> None:
    spans = [(2000, 2010), (2010, 2020), (2020, 2030)]
    found = [
        row
        for start, end in spans
        for row in await observations(
            client,
            query,
            bound("date_updated_from", f"{start}-01-01T00:00:00.123"),
            bound("date_updated_to", f"{end}-01-01T00:00:00"),
        )
    ]
    name, value = query.split("=")
    field = {"instrument": "instrumentName", "interferometer": "interferometerName"}[name]
    where = f'{{ {field}: {{ eq: "{value}" }}, expDateUpdated: {{ isNull: false }} }}'
    body: dict[str, Any] = {"query": f"{{ exposures(where: {where}) {{ totalCount }} }}"}
    counted = (await client.post("/graphql", json=body)).json()["data"]["exposures"]["totalCount"]
    assert len({row["exp_id"] for row in found}) == len(found) == counted > 0
    assert all(set(READ.split()) <= row.keys() and len(row) == 29 for row in found)
    assert {row[f"{name}_name"] for row in found} == {value}
    assert all(float(row["exp_mjd_end"]) >= float(row["exp_mjd_start"]) for row in found)
    newest = last_updated(found)
    assert newest.tzinfo is not None
    again = await observations(client, query, f"date_updated_from={quote(newest.isoformat())}")
    assert {row["exp_id"] for row in again} <= {row["exp_id"] for row in found}
    assert last_updated(again) == newest < datetime.now(UTC)


async def test_a_collection_of_its_own_finds_nothing(client: httpx.AsyncClient) -> None:
    assert await observations(client, "interferometer=nothingtogetnothing-for-mine") == []


async def test_the_document_begins_as_the_obs_portals(client: httpx.AsyncClient) -> None:
    """As ASPRO2's sample of January 2022, obsportal-dev-spica.votable.xml, does; an error has the same namespace."""
    answer = await client.get("/search.votable?maxrec=1")
    assert answer.text.splitlines()[1] == (
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.4" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="http://www.ivoa.net/xml/VOTable/v1.4">'
    )
    refused = ET.fromstring((await client.get("/search.votable?ra=x&dec=1")).content)  # noqa: S314 - ours
    assert [info.get("value") for info in refused.iter(f"{VOTABLE}INFO")][-1] == "ERROR"


async def test_fewer_fields_only_where_they_are_asked_for(client: httpx.AsyncClient) -> None:
    for flag, fields in (("", 29), ("&all_fields=true", 29), ("&all_fields=false", 18)):
        answer = await client.get(f"/search.votable?maxrec=1{flag}")
        assert answer.text.count("<FIELD ") == fields
