"""The catalogue API of the JMMC, request by request as a2p2 0.7.11 makes them (facts of catalogs `modules/app.xql`)."""

import json
from typing import Any

import httpx
import pytest
from asking import GraphQL

from adapters.catalogs.catalogue import named_catalogue
from hub.rows import Connection

ROOT = "/exist/restxq/catalogs"
"""As a2p2's own tests have it."""
COPY = "spica_2022_03_30"
DESCRIPTION = "x-http-error-description"


class Api:
    """A client as a2p2's: whose requests are somebody's, and whose errors are told by a header."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, who: str, method: str, path: str, value: Any = None) -> httpx.Response:
        content = None if value is None else json.dumps(value)
        headers = {"x-asker": who, "content-type": "application/json"}
        answer = await self._client.request(method, f"{ROOT}{path}", content=content, headers=headers)
        if answer.status_code >= 400:
            assert answer.headers[DESCRIPTION]
            assert answer.content == b""
            assert (answer.status_code == 401) == (
                answer.headers.get("www-authenticate") == 'Basic realm="jmmc account"'
            )
        return answer


@pytest.fixture
def api(door: httpx.AsyncClient) -> Api:
    return Api(door)


@pytest.fixture
async def own(owner: Connection) -> int:
    text = "SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S05' AND program_rank = 1 ORDER BY 1 DESC LIMIT 1"
    return int(await owner.fetchval(text))


async def test_tables_are_listed_with_their_descriptions(api: Api) -> None:
    for path in ("", "/"):
        listed = (await api("", "GET", path)).json()
        assert {"oidb", "spica", "badcal", "oidb_datalink", "spica_calprim", "spica_followup"} <= listed.keys()
        assert "wide table" in listed["spica"]


async def test_columns_are_described_and_the_key_marked(api: Api) -> None:
    columns = {column["name"]: column for column in (await api("", "GET", "/meta/spica")).json()}
    assert [name for name, column in columns.items() if column.get("primary-key")] == ["spicadb_id"]
    assert (columns["ra"]["unit"], columns["ra"]["ucd"], columns["ra"]["datatype"]) == (
        "deg",
        "pos.eq.ra;meta.main",
        "double",
    )
    assert {"piname2", "progname2", "comments2", "priority_pi2"} <= columns.keys()


@pytest.mark.parametrize(
    ("name", "key", "investigators"),
    [
        ("spica", "spicadb_id", ("piname", "piname2")), (COPY, "spicadb_id", ("piname", "piname2")), ("spica_calprim", "id", ("piname",)),
        ("spica_followup", "tpl_start", ("piname",)), ("spica_test_followup", "tpl_start", ("piname",)), ("oidb", "id", ("datapi",)),
        ("obsportal", "exp_id", ("datapi",)), ("badcal", "id", ("datapi",)),
    ],
)  # fmt: skip
def test_keys_and_investigators_go_by_the_name(name: str, key: str, investigators: tuple[str, ...]) -> None:
    catalogue = named_catalogue(name)
    assert (catalogue.key, catalogue.investigators) == (key, investigators)


async def test_rows_are_typed_and_read_by_anybody(api: Api, owner: Connection) -> None:
    row = (await api("", "GET", f"/{COPY}/8")).json()
    assert row["spicadb_id"] == 8
    assert type(row["priority_pi"]) is int
    assert type(row["ra"]) is float
    assert (await api("", "GET", f"/{COPY}/8/target_main_id")).json() == {"target_main_id": row["target_main_id"]}
    start = await owner.fetchval(
        "SELECT to_char(tpl_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM public.spica_followup LIMIT 1"
    )
    assert (await api("", "GET", f"/spica_followup/{start}")).json()["tpl_start"] == start


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/spica/99999", 404),
        ("/spica/eight", 400),
        ("/nothing/8", 404),
        ("/spica/8/nothing", 400),
        ("/meta/nothing", 404),
        ("/obsportal/x", 404),
    ],
)
async def test_what_is_not_there(api: Api, path: str, status: int) -> None:
    assert (await api("", "GET", path)).status_code == status


async def test_ten_rows_are_a_votable_for_who_has_logged_in_unless_the_catalogue_is_open(api: Api) -> None:
    answer = await api("", "GET", "/oidb")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/xml")
    assert answer.text.count("<TR>") == 10
    refused = await api("", "GET", "/spica")
    assert (refused.status_code, refused.headers[DESCRIPTION]) == (401, "Catalog is not public")
    assert (await api("stranger", "GET", "/spica")).text.count("<TR>") == 10


async def test_a_row_is_changed_by_an_object_or_a_text_that_holds_one(api: Api, own: int) -> None:
    for value in ({"priority_pi": 2}, '{"priority_pi":0}', {"PRIORITY_PI": 1, "lastmods": "x", "spicadb_id": 7}):
        answer = await api("pi", "PUT", f"/{COPY}/{own}", value)
        assert (answer.status_code, answer.content) == (204, b"")
        wanted = value if isinstance(value, dict) else json.loads(value)
        row = (await api("", "GET", f"/{COPY}/{own}")).json()
        assert row["priority_pi"] == next(iter(wanted.values()))
    assert row["spicadb_id"] == own


async def test_the_text_of_changes_is_edited_as_the_real_statement_does(api: Api, owner: Connection, own: int) -> None:
    begun = {"": None, "NULL": None, "other": '[{"history": "sample"}]'}
    for text in (None, "", begun["other"], '[{"history":"API"}]'):
        await owner.execute("UPDATE public.spica SET lastmods = $2 WHERE spicadb_id = $1", own, text)
        await api("pi", "PUT", f"/spica/{own}", {"comments": "  two \n words ", "spt": None})
        held = (await api("", "GET", f"/spica/{own}")).json()
        assert (held["comments"], held["spt"]) == ("two words", None)
        if text == begun["other"]:
            assert held["lastmods"] == text
            continue
        begin, last = json.loads(held["lastmods"])
        assert begin == {"history": "API"}
        assert held["lastmods"].startswith('[{"history":"API"},{"utc":"')
        assert {name: last[name] for name in ("by", "comments", "spt")} == {
            "by": "PI S05",
            "comments": "two words",
            "spt": "null",
        }
    await api("pi", "PUT", f"/spica/{own}", {"comments": "newest"})
    assert [
        entry.get("comments") for entry in json.loads((await api("", "GET", f"/spica/{own}")).json()["lastmods"])
    ] == [None, "newest", "two words"]


BAD: dict[str, tuple[Any, str]] = {
    "an unknown column": ({"wrong_key": 42}, "no column 'wrong_key'"),
    "a column twice": ({"priority_pi": 1, "PRIORITY_PI": 2}, "twice"),
    "nothing": ({}, "no value to update"),
    "only what is ignored": ({"lastmods": "x", "spicadb_id": 8}, "no value to update"),
    "no object": ([1], "JSON object"),
    "a value of another type": ({"priority_pi": "high"}, "cannot be read"),
    "a programme that identifies": ({"progname": "S02"}, "identifies"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
async def test_bad_input_is_400_and_nothing_is_written(api: Api, owner: Connection, own: int, case: str) -> None:
    value, said = BAD[case]
    before = await owner.fetchval("SELECT count(*) FROM gw.history")
    answer = await api("pi", "PUT", f"/spica/{own}", value)
    assert (answer.status_code, said in answer.headers[DESCRIPTION]) == (400, True), answer.headers
    assert await owner.fetchval("SELECT count(*) FROM gw.history") == before


@pytest.mark.parametrize("who", ["", "stranger", "other", "reader"])
async def test_who_may_not_write_is_401(api: Api, own: int, who: str) -> None:
    answer = await api(who, "PUT", f"/spica/{own}", {"priority_pi": 0})
    assert answer.status_code == 401
    if who in ("stranger", "other"):
        assert answer.headers[DESCRIPTION].startswith("Operation restricted to record's owner(PI S05")


async def test_a_whole_row_is_sent_back_with_one_value_changed(api: Api, owner: Connection, own: int) -> None:
    """As a2p2's `tableToDict` and `updateRows` do: columns of the quality control are in it, as they were."""
    row = (await api("", "GET", f"/spica/{own}")).json()
    assert row["completion_rate"] is not None
    before = await owner.fetchval("SELECT count(*) FROM gw.history")
    assert (await api("pi", "PUT", "/spica", [row | {"gaia_id": "Gaia"}])).status_code == 204
    assert await owner.fetchval("SELECT count(*) FROM gw.history") == before + 1
    empty = {name: "" if value is None else value for name, value in row.items()} | {"gaia_id": "Gaia"}
    assert (await api("pi", "PUT", "/spica", [empty])).status_code == 204
    assert await owner.fetchval("SELECT count(*) FROM gw.history") == before + 1
    assert (await api("other", "PUT", "/spica", [row | {"gaia_id": "Gaia"}])).status_code == 401
    assert (
        await api("pi", "PUT", "/spica", [row | {"completion_rate": 1 - row["completion_rate"] / 2}])
    ).status_code == 401
    await owner.execute("UPDATE public.spica SET completion_rate = 0.1, qcs_flag = NULL WHERE spicadb_id = $1", own)
    assert (
        await api("pi", "PUT", "/spica", [row | {"completion_rate": 0.10000000149011612, "qcs_flag": None, "hd": "1"}])
    ).status_code == 204
    assert (await api("pi", "PUT", "/spica", [row | {"completion_rate": 0.1, "qcs_flag": 0}])).status_code == 401


async def test_a_row_that_is_not_there_is_404(api: Api) -> None:
    answer = await api("service", "PUT", "/spica/99999", {"priority_pi": 0})
    assert (answer.status_code, answer.headers[DESCRIPTION][:15]) == (404, "no record found")


async def test_many_rows_are_changed_all_or_none(api: Api, own: int) -> None:
    rows = [{"spicadb_id": own, "hd": "one"}, {"spicadb_id": own, "spt": "two"}]
    for value in (rows, json.dumps(rows)):
        assert (await api("pi", "PUT", "/spica", value)).status_code == 204
    held = (await api("", "GET", f"/spica/{own}")).json()
    assert (held["hd"], held["spt"]) == ("one", "two")
    missing = await api("pi", "PUT", "/spica", [{"spicadb_id": own, "hd": "lost"}, {"hd": "x"}])
    assert (missing.status_code, missing.headers[DESCRIPTION]) == (400, "spicadb_id is mandatory")
    assert (
        await api("pi", "PUT", "/spica", [{"spicadb_id": own, "hd": "lost"}, {"spicadb_id": 99999, "hd": "x"}])
    ).status_code == 404
    assert (await api("", "GET", f"/spica/{own}")).json()["hd"] == "one"
    assert "at most 5000" in (await api("pi", "PUT", "/spica", [rows[0]] * 5001)).headers[DESCRIPTION]


async def test_another_programme_is_let_in_by_the_first_alone(api: Api, owner: Connection, own: int) -> None:
    """As at the JMMC, where `piname2` is a column of the row, which its `piname` writes, and then owns it too."""
    second = {"progname2": "S01", "piname2": "PI S01", "priority_pi2": 1, "comments2": "shared"}
    for who in ("other", "stranger", ""):
        assert (await api(who, "PUT", f"/spica/{own}", second)).status_code == 401
    assert (await api("pi", "PUT", f"/spica/{own}", second | {"piname2": "PI S05"})).status_code == 400
    assert (await api("pi", "PUT", f"/spica/{own}", second)).status_code == 204
    held = (await api("", "GET", f"/spica/{own}")).json()
    assert {name: held[name] for name in second} == second
    assert (await api("other", "PUT", f"/spica/{own}", {"comments2": "mine", "hd": "2"})).status_code == 204
    assert (await api("other", "PUT", f"/spica/{own}", {"comments": "not mine"})).status_code == 401
    await owner.execute("DELETE FROM public.spica_target_program WHERE spicadb_id = $1 AND progname = 'S01'", own)
    assert (await api("other", "PUT", f"/spica/{own}", {"hd": "3"})).status_code == 401


async def test_rows_are_added_by_administrators_alone(api: Api) -> None:
    rows = [
        {"spicadb_id": 5, "target_main_id": "new", "progname": "S01", "piname": "PI S01", "priority_pi": 1},
        {"target_main_id": "newer", "progname": "S01", "piname": "PI S01", "progname2": "S02", "piname2": "PI S02"},
    ]
    assert (await api("pi", "POST", "/spica", rows)).status_code == 401
    assert (await api("service", "POST", "/spica", json.dumps(rows))).status_code == 400
    made = (await api("service", "POST", "/spica", rows)).json()
    assert len(made["spicadb_id"]) == 2
    held = (await api("", "GET", f"/spica/{made['spicadb_id'][1]}")).json()
    assert (held["target_main_id"], held["progname"], held["piname2"]) == ("newer", "S01", "PI S02")
    alone = (
        await api(
            "service", "POST", "/spica_followup", [{"tpl_start": "2033-01-01T00:00:00Z", "run_status": "planned"}]
        )
    ).json()
    assert alone == {"tpl_start": "2033-01-01T00:00:00Z"}
    assert (await api("service", "POST", "/spica_calprim", [{"name": "x"}])).status_code == 401


async def test_investigators_and_whom_they_let_are_told_to_who_has_logged_in(api: Api) -> None:
    assert (await api("", "GET", "/accounts/spica")).status_code == 401
    told = (await api("other", "GET", "/accounts/spica")).json()["pi"]
    assert [one["name"] for one in told] == sorted(one["name"] for one in told)
    (mine,) = (one for one in told if one["name"] == "PI S01")
    assert mine == {
        "name": "PI S01", "login": "pi-s01@sample.fr", "firstname": None, "lastname": None,
        "delegations": [{"catalogs": "spica", "collections": "", "coi": ["CoI S01"]}],
    }  # fmt: skip
    assert {one["login"] for one in told if one is not mine} == {None}


async def test_delegations_are_asked_and_changed(api: Api) -> None:
    assert (await api("", "GET", "/delegations?pi=None")).status_code == 401
    assert (await api("reader", "GET", "/delegations?pi=None")).status_code == 200
    mine = (await api("other", "GET", "/delegations?pi=None")).json()
    assert (mine["pi"], mine["login"]) == ("PI S01", "pi-s01@sample.fr")
    assert mine["delegations"] == [{"catalogs": "spica", "collections": "", "coi": ["CoI S01"]}]
    added = [{"catalogs": "spica_followup", "coi": ["carol"]}]
    assert (await api("other", "PUT", "/delegations", added)).json() == added
    theirs = (await api("other", "GET", "/delegations?pi=PI%20S01/pi%20s01")).json()
    assert {"catalogs": "spica_followup", "collections": "", "coi": ["carol"]} in theirs["delegations"]
    assert (await api("other", "PUT", "/delegations", [added[0] | {"action": "remove"}])).status_code == 200
    assert len((await api("other", "GET", "/delegations?pi=PI%20S01")).json()["delegations"]) == 1
    assert (await api("other", "PUT", "/delegations", [added[0] | {"pi": "PI S05"}])).status_code == 401
    assert (await api("other", "PUT", "/delegations", [{"catalogs": "spica"}])).status_code == 400


@pytest.mark.parametrize("key", ["1_0", "%EF%BC%98", "٨", "+8", " 8", "08", "8.0"])
async def test_a_key_has_one_text(api: Api, key: str) -> None:
    for answer in (
        await api("", "GET", f"/spica/{key}"),
        await api("", "GET", f"/spica/{key}/spt"),
        await api("service", "PUT", f"/spica/{key}", {"spt": "never"}),
        await api("service", "PUT", "/spica", [{"spicadb_id": key, "spt": "never"}]),
    ):
        assert answer.status_code == 400, answer.headers


async def test_whom_others_let_is_told_to_them_and_to_administrators_alone(
    api: Api, graphql: GraphQL, owner: Connection, own: int
) -> None:
    entry = """INSERT INTO public.spica_target_program (spicadb_id, progname, piname, program_rank)
        SELECT spicadb_id, 'S01', 'PI S01', 2 FROM public.spica AS t WHERE spicadb_id <> $1 AND NOT EXISTS (
            SELECT FROM public.spica_target_program AS e WHERE e.spicadb_id = t.spicadb_id
                AND (program_rank = 2 OR progname = 'S01')) LIMIT 1 RETURNING target_program_id"""
    shared = await owner.fetchval(entry, own)
    path, let = "/delegations?pi=PI%20S01", [{"catalogs": "spica", "collections": "", "coi": ["CoI S01"]}]
    refused = await api("pi", "GET", path)
    assert (refused.status_code, "PI S01" in refused.headers[DESCRIPTION]) == (401, True)
    assert (await api("pi", "GET", "/delegations?pi=PI%20S05/PI%20S01")).status_code == 401
    for who in ("other", "admin"):
        assert (await api(who, "GET", path)).json()["delegations"] == let
    granted = {one["name"]: one["delegations"] for one in (await api("pi", "GET", "/accounts/spica")).json()["pi"]}
    assert granted["PI S01"] == []
    assert let == next(
        one["delegations"]
        for one in (await api("admin", "GET", "/accounts/spica")).json()["pi"]
        if one["name"] == "PI S01"
    )
    nothing = 'mutation { updateDelegations(input: [{ pi: "PI S01", coi: [] }]) { delegations { coi } } }'
    assert (await graphql("pi", nothing))["updateDelegations"]["delegations"] == []
    await owner.execute("DELETE FROM public.spica_target_program WHERE target_program_id = $1", shared)


async def test_who_asks_is_told_who_it_is(api: Api) -> None:
    (told,) = (await api("service", "GET", "/status")).json()
    assert (told["login"], told["groups"], told["pi-aliases"]) == ("spica-qcs@sample.fr", ["spica"], [])
    assert "nb_people" in told
