"""What no column can hold is refused, by whichever door it comes, and what is refused leaves nothing."""

import json
from typing import Any

import httpx
import pytest
from asking import GraphQL

from hub.rows import Connection
from planning.changes import impossible
from schema.catalog import ALL

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


async def test_the_catalogue_api_tells_what_is_allowed(door: httpx.AsyncClient, owner: Connection, own: int) -> None:
    text = "SELECT * FROM public.spica_target_program WHERE spicadb_id = $1"
    before = await owner.fetch(text, own)
    allowed = {
        "spica_mode": ("XXX", "one of DIA, DLD, IMA, TMP, SPI is wanted, or null"),
        "priority_pi": ("0x7", "from 0 to 2 is wanted, or null"),
    }
    for column, (value, wanted) in allowed.items():
        refused = await put(door, f"/spica/{own}", {column: value})
        assert (refused.status_code, refused.headers[DESCRIPTION]) == (400, f"{column} is {value}: {wanted}")
    assert await owner.fetch(text, own) == before
    assert (await put(door, f"/spica/{own}", {"spica_mode": " DLD "})).status_code == 204
    assert (await put(door, f"/spica/{own}", {"spica_mode": ""})).status_code == 204
    assert (await owner.fetchrow(text, own))["spica_mode"] is None
    await owner.execute(
        "UPDATE public.spica_target_program SET spica_mode = $2 WHERE target_program_id = $1",
        before[0]["target_program_id"],
        before[0]["spica_mode"],
    )


BOUNDED = [
    (right.table, column)
    for source in ALL
    for right in source.owned
    for column in right.inserted
    if column.vocabulary or column.bounds or column in (right.table.position or ())
]
"""Every column that may be written and whose values are listed, or between bounds."""


def test_every_column_that_is_declared_so_refuses_what_is_not_allowed() -> None:
    names = {column.name for _, column in BOUNDED}
    assert {"spica_mode", "run_status", "row_state", "data_rights"} <= names
    assert {"priority_pi", "priority_final", "completion_rate", "quality_level", "calib_level", "ra", "s_dec"} <= names
    for table, column in BOUNDED:
        if column.vocabulary:
            good, bad = [*column.vocabulary.members, None], ["XXX", "", 7, True]
            allowed = [str(member) for member in column.vocabulary.members]
        else:
            least, most = column.bounds or ((0, 360) if "ra" in column.name else (-90, 90))
            good = [least, most, str(most), f" {most}", None]
            bad = [least - 1, most + 1, str(most + 1), "NaN", "-Infinity", hex(int(most) + 1)]
            allowed = [f"{least:g}", f"{most:g}"]
        assert [list(impossible(table, {column: value})) for value in good] == [[]] * len(good), column.name
        for value in bad:
            ((about, message),) = impossible(table, {column: value})
            assert about is column
            assert message.startswith(f"{column.name} is {value}: ")
            assert "number" in message or all(word in message for word in allowed)


MUTATIONS = {
    "a text": 'upsertSpicaTarget(input: {spicadbId: OWN, spt: "a\\u0000"})',
    "a key": 'upsertSpicaTarget(input: {spicadbId: OWN, spt: "a"}, idempotencyKey: "a\\u0000")',
    "a place": 'upsertSpicaTarget(input: {targetMainId: "nowhere", ra: 1e300, dec: 0})',
    "a remark": 'addComment(input: {spicadbId: OWN, progname: "S05", comments: "\\u0000"})',
    "a programme": 'addComment(input: {spicadbId: OWN, progname: "\\u0000", comments: "x"})',
    "an alias": 'updateDelegations(input: [{coi: ["\\u0000"], action: ADD}])',
    "a mode": 'setSpicaTargetProgram(input: {spicadbId: OWN, progname: "S05", spicaMode: "XXX"})',
    "a priority": 'setSpicaTargetPrograms(input: [{spicadbId: OWN, progname: "S05", priorityPi: 7}])',
    "a status": 'setRunStatus(input: {tplStart: "2020-01-01T00:00:00Z", runStatus: "done"})',
    "a state": 'upsertSpicaTarget(input: {spicadbId: OWN, rowState: "gone"})',
    "numbers": 'importTargets(input: {document: "spicadb_id,spt\\nabc,A0V\\n1.5,A\\n99999999999999999999999,B", dryRun: false})',
}


@pytest.mark.parametrize("case", MUTATIONS, ids=str)
async def test_mutations_say_what_is_wrong(graphql: GraphQL, own: int, case: str) -> None:
    field = MUTATIONS[case].replace("OWN", str(own))
    told = await graphql("pi", f"mutation {{ done: {field} {{ userErrors {{ code message }} }} }}")
    assert {error["code"] for error in told["done"]["userErrors"]} == {"BAD_INPUT"}


@pytest.mark.parametrize("dry", [True, False])
async def test_an_import_tells_line_by_line_what_is_allowed(
    graphql: GraphQL, owner: Connection, own: int, dry: bool
) -> None:
    text = "SELECT * FROM public.spica_target_program WHERE spicadb_id = $1"
    before = await owner.fetch(text, own)
    told = await graphql(
        "pi",
        """mutation M($document: String!, $dry: Boolean!) { importTargets(input: { document: $document, progname: "S05", dryRun: $dry }) {
        lines { line action problems { code message } } } }""",
        document=f"spicadb_id,spica_mode,flag_priority_pi\n{own},XXX,0\n{own},DIA ,7\n",
        dry=dry,
    )
    assert told["importTargets"]["lines"] == [
        {
            "line": 1,
            "action": "REFUSED",
            "problems": [
                {"code": "BAD_INPUT", "message": "spica_mode is XXX: one of DIA, DLD, IMA, TMP, SPI is wanted, or null"}
            ],
        },
        {
            "line": 2,
            "action": "REFUSED",
            "problems": [{"code": "BAD_INPUT", "message": "priority_pi is 7: from 0 to 2 is wanted, or null"}],
        },
    ]
    assert await owner.fetch(text, own) == before
