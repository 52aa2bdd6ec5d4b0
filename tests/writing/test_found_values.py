"""What no column can hold is refused, by whichever door it comes, and what is refused leaves nothing."""

import json
from typing import Any

import httpx
import pytest
from asking import GraphQL

from hub.rows import Connection

ROOT = "/restxq/catalogs"
DESCRIPTION = "x-http-error-description"


@pytest.fixture
async def own(owner: Connection) -> int:
    text = "SELECT max(spicadb_id) FROM public.spica_target_program WHERE piname = 'PI S05' AND program_rank = 1"
    return int(await owner.fetchval(text))


async def put(door: httpx.AsyncClient, path: str, value: Any, who: str = "pi") -> httpx.Response:
    headers = {"x-asker": who, "content-type": "application/json"}
    return await door.put(f"{ROOT}{path}", content=json.dumps(value), headers=headers)


@pytest.mark.parametrize(
    ("row", "about"),
    [
        ({"spt": "a\0b"}, "NUL"),
        ({"spt": {"a": 1}}, "a single value"),
        ({"vmag": [1]}, "a single value"),
        ({"ra": "Infinity"}, "a number is wanted"),
        ({"vmag": "NaN"}, "a number is wanted"),
        ({"vmag": "-inf"}, "a number is wanted"),
        ({"ra": 1e300}, "from 0 to 360 degrees"),
        ({"dec": -90.5}, "from -90 to 90 degrees"),
    ],
)
async def test_the_catalogue_api_refuses(
    door: httpx.AsyncClient, owner: Connection, own: int, row: dict[str, Any], about: str
) -> None:
    before = await owner.fetchrow("SELECT * FROM public.spica WHERE spicadb_id = $1", own)
    refused = await put(door, f"/spica/{own}", row)
    assert (refused.status_code, about in refused.headers[DESCRIPTION]) == (400, True), refused.headers[DESCRIPTION]
    assert await owner.fetchrow("SELECT * FROM public.spica WHERE spicadb_id = $1", own) == before


@pytest.mark.parametrize("key", ["%00", "a%00b", "%01", "x%7f", "9" * 5000])
@pytest.mark.parametrize("catalogue", ["spica", "spica_followup"])
async def test_a_header_has_neither_control_characters_nor_thousands_of_others(
    door: httpx.AsyncClient, catalogue: str, key: str
) -> None:
    refused = await put(
        door, f"/{catalogue}/{key}", {"spt": "A0V"} if catalogue == "spica" else {"qcs_flag": 1}, "service"
    )
    said = refused.headers[DESCRIPTION]
    assert (refused.status_code, said.isprintable(), len(said) <= 2000) == (400, True, True)


async def test_keys_of_many_rows_have_no_nul_either(door: httpx.AsyncClient, own: int) -> None:
    assert (await put(door, "/spica", [{"spicadb_id": own, "spt": "x"}, {"spicadb_id": "\0"}])).status_code == 400


NAMES = {
    "NUL": {"coi": ["a\0"]},
    "a catalogue with NUL": {"coi": ["a"], "catalogs": "\0"},
    "longer than an index takes": {"coi": ["".join(chr(65 + number * 7919 % 50) + str(number) for number in range(4000))]},
    "of nobody": {"coi": [" "]},
    "of two": {"coi": ["a/b"]},
    "another's beside one's own": {"pi": "PI S05/PI S01", "coi": ["CoI S05"]},
    "too many": {"coi": ["x"] * 1001},
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES, ids=str)
async def test_names_of_delegations(door: httpx.AsyncClient, owner: Connection, case: str) -> None:
    before = await owner.fetchval("SELECT count(*) FROM public.delegation")
    refused = await put(door, "/delegations", [{"pi": "PI S05", "catalogs": "spica"} | NAMES[case]])
    assert refused.status_code == 400
    assert await owner.fetchval("SELECT count(*) FROM public.delegation") == before


MUTATIONS = {
    "a text": 'upsertSpicaTarget(input: {spicadbId: OWN, spt: "a\\u0000"})',
    "a key": 'upsertSpicaTarget(input: {spicadbId: OWN, spt: "a"}, idempotencyKey: "a\\u0000")',
    "a place": 'upsertSpicaTarget(input: {targetMainId: "nowhere", ra: 1e300, dec: 0})',
    "a remark": 'addComment(input: {spicadbId: OWN, progname: "S05", comments: "\\u0000"})',
    "a programme": 'addComment(input: {spicadbId: OWN, progname: "\\u0000", comments: "x"})',
    "an alias": 'updateDelegations(input: [{coi: ["\\u0000"], action: ADD}])',
    "numbers": 'importTargets(input: {document: "spicadb_id,spt\\nabc,A0V\\n1.5,A\\n99999999999999999999999,B", dryRun: false})',
}


@pytest.mark.parametrize("case", MUTATIONS, ids=str)
async def test_mutations_say_what_is_wrong(graphql: GraphQL, own: int, case: str) -> None:
    field = MUTATIONS[case].replace("OWN", str(own))
    told = await graphql("pi", f"mutation {{ done: {field} {{ userErrors {{ code message }} }} }}")
    assert {error["code"] for error in told["done"]["userErrors"]} == {"BAD_INPUT"}
