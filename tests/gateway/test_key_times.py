"""Times that are no whole milliseconds are written to the microsecond: a run is found by the key that a table says it has."""

import csv
import io
import json
from datetime import UTC, datetime

import httpx
import pytest
from astropy.io import fits
from astropy.io.votable import parse_single_table

from hub.rows import connect
from sample.federation import Federation

QUERY = "SELECT tpl_start FROM spica.followup"


def spelled(moment: datetime) -> str:
    """ISO 8601 with three digits, or six where these say more."""
    digits = f"{moment.microsecond:06d}"
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{digits[:3] if digits.endswith('000') else digits}Z"


def read(form: str, body: bytes) -> list[str]:
    match form:
        case "csv":
            return [row[0] for row in csv.reader(io.StringIO(body.decode()))][1:]
        case "json":
            return [row[0] for row in json.loads(body)["data"]]
        case "fits":
            return [f"{cell.strip()}Z" for cell in fits.open(io.BytesIO(body))[1].data.field(0)]
        case _:
            return [str(cell) for cell in parse_single_table(io.BytesIO(body)).array["tpl_start"]]


@pytest.mark.parametrize("form", ["csv", "json", "fits", "votable", "votable/b2"])
async def test_every_format_writes_keys_that_are_times_whole(
    client: httpx.AsyncClient, federation: Federation, form: str
) -> None:
    owner = await connect(federation.sources["spica"])
    moments = [row[0] for row in await owner.fetch("SELECT tpl_start FROM public.spica_followup")]
    await owner.close()
    assert any(moment.microsecond % 1000 for moment in moments)
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": QUERY, "RESPONSEFORMAT": form})
    assert sorted(read(form, answer.content)) == sorted(map(spelled, moments))


async def test_what_a_table_says_finds_the_run(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/tap/sync", params={"LANG": "ADQL", "QUERY": f"{QUERY} ORDER BY tpl_start", "RESPONSEFORMAT": "csv"}
    )
    for key in read("csv", answer.content)[:5]:
        found = await client.post("/graphql", json={"query": f'{{ spicaRun(id: "{key}") {{ runStatus }} }}'})
        assert found.json()["data"]["spicaRun"]["runStatus"]


async def test_a_whole_millisecond_has_three_digits(client: httpx.AsyncClient, federation: Federation) -> None:
    owner = await connect(federation.sources["spica"])
    try:
        await owner.execute(
            "INSERT INTO public.spica_followup (tpl_start, run_status) VALUES ('2098-01-01T00:00:00.25Z', 'planned')"
        )
        query = f"{QUERY} WHERE tpl_start > '2097-01-01T00:00:00'"
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "RESPONSEFORMAT": "csv"})
        assert read("csv", answer.content) == ["2098-01-01T00:00:00.250Z"]
    finally:
        await owner.execute("DELETE FROM public.spica_followup WHERE tpl_start = '2098-01-01T00:00:00.25Z'")
        await owner.close()
