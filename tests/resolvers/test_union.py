"""Observations of three databases as one list: each said once, at once, page by page in every order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from waiting import within

from hub.rows import connect
from resolvers import duplicates, union
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation
from schema.catalog import SOURCES
from schema.column import Column
from schema.observations import OBSCORE

EXPOSURE = "TEST.2024-01-01T00:00:00_1"
START = datetime(2024, 1, 1, 3, 4, 5, 678900, tzinfo=UTC)
GRANULE = 40_000_000
LOGGED = "INSERT INTO portal.exposure (exp_id, exp_mjd_start, exp_mjd_end, obs_id) SELECT $1, 60310, 60310.5, min(obs_id) FROM portal.observation"
LISTED = (
    "INSERT INTO public.oidb (id, calib_level, target_name, obs_id, obs_collection, access_url, nb_channels, t_min)"
    " VALUES ($1, 0, 'x', $2, 'issp_l0', 'https://sample.invalid/', -1, 60310)"
)
RUN = (
    "INSERT INTO public.spica_followup (tpl_start, spicadb_id, run_status, run_origin, exp_ids, granule_ids)"
    " VALUES ($1, 1, $2, 'test', $3, $4)"
)
AROUND = "where: {tMin: {between: [60309, 60312]}}"
DIDS = {
    "granule": f"ivo://jmmc.fr/oidb?{GRANULE:012}",
    "exposure": f"ivo://jmmc.fr/portal?{EXPOSURE}",
    "run": "ivo://jmmc.fr/spica?2024-01-01T03:04:05.678900Z",
}
DIRECTIONS = {"ASC": "ASC NULLS LAST", "DESC_NULLS_LAST": "DESC NULLS LAST"}
SEEN = {
    "access_url": """CASE WHEN source <> 'oidb' OR calib_level = 0 OR data_rights = 'public' OR obs_release_date < now() THEN access_url END""",
    "data_rights": "CASE WHEN obs_release_date < now() THEN 'public' ELSE data_rights END",
}
"""What is seen by who has not logged in: granules of the survey that are not validated are under embargo."""
WAYS = {"first": ("after", "endCursor", "hasNextPage"), "last": ("before", "startCursor", "hasPreviousPage")}


@pytest.fixture(autouse=True)
async def awake(operations: Operations) -> None:
    """Other tests let the loop stand still, which the watch takes for sources that are silent."""

    async def up() -> bool:
        return all(map(operations.hub.health.up, SOURCES))

    await within(up, 10)


@asynccontextmanager
async def added(federation: Federation, source: str, text: str, *values: Any) -> AsyncIterator[None]:
    """While inside, a source has one row more."""
    table, key = {
        "oidb": ("public.oidb", "id"),
        "obsportal": ("portal.exposure", "exp_id"),
        "spica": ("public.spica_followup", "tpl_start"),
    }[source]
    connection = await connect(federation.sources[source])
    try:
        await connection.execute(text, *values)
        yield
    finally:
        await connection.execute(f"DELETE FROM {table} WHERE {key} = $1", values[0])
        await connection.close()


async def listed(operations: Operations, arguments: str = AROUND) -> list[str]:
    """Identifiers of the list, which must be as many as it counts."""
    query = f"{{ obscore({arguments}) {{ totalCount nodes {{ obsPublisherDid }} }} }}"
    answer = (await operations.answer(Request(query))).payload
    assert "errors" not in answer, answer["errors"]
    found = answer["data"]["obscore"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["obsPublisherDid"] for node in found["nodes"]]


async def record(operations: Operations, did: str) -> Any:
    query = "query($id: ID!) { observationRecord(id: $id) { obsPublisherDid source tMin accessUrl calibLevel } }"
    answer = (await operations.answer(Request(query, None, {"id": did}))).payload
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["observationRecord"]


async def test_a_new_row_shows_in_the_next_request(operations: Operations, federation: Federation) -> None:
    assert await listed(operations) == []
    async with added(federation, "obsportal", LOGGED, EXPOSURE):
        assert await listed(operations) == [DIDS["exposure"]]
    async with added(federation, "oidb", LISTED, GRANULE, EXPOSURE):
        assert await listed(operations) == [DIDS["granule"]]
    async with added(federation, "spica", RUN, START, "validated", "[]", None):
        assert await listed(operations) == [DIDS["run"]]
    assert await listed(operations) == []


async def test_what_two_databases_know_is_said_once(operations: Operations, federation: Federation) -> None:
    async with added(federation, "obsportal", LOGGED, EXPOSURE), added(federation, "oidb", LISTED, GRANULE, EXPOSURE):
        assert await listed(operations) == [DIDS["granule"]]
        assert (await record(operations, DIDS["granule"]))["source"] == "oidb"
        # An identifier once given out is good for ever.
        assert (await record(operations, DIDS["exposure"]))["source"] == "obsportal"


RUNS: dict[str, tuple[str, Any, Any, str, list[str]]] = {
    "exposure in the Obs Portal": ("observed", [EXPOSURE, "other"], [], "obsportal", ["exposure"]),
    "exposure in OiDB": ("reduced", [EXPOSURE], None, "oidb", ["granule"]),
    "granule in OiDB": ("validated", [], [GRANULE], "oidb", ["granule"]),
    "granule as text": ("validated", None, [str(GRANULE)], "oidb", ["granule"]),
    "nothing of it anywhere": ("rejected", ["other"], [1], "oidb", ["granule", "run"]),
    "no list": ("observed", {"exposure": EXPOSURE}, "none", "obsportal", ["exposure", "run"]),
    "no numbers": ("observed", [None, 3.5], [None, "x", 10**30, -1], "oidb", ["granule", "run"]),
    "still to come": ("planned", [], [], "obsportal", ["exposure"]),
}


@pytest.mark.parametrize(("status", "exposures", "granules", "source", "wanted"), RUNS.values(), ids=RUNS)
async def test_a_run_is_said_where_its_data_are(  # noqa: PLR0917 - what is known of a run
    operations: Operations,
    federation: Federation,
    status: str,
    exposures: Any,
    granules: Any,
    source: str,
    wanted: list[str],
) -> None:
    names = [
        orjson.dumps(told).decode() if told is not None else None for told in (exposures, granules and _long(granules))
    ]
    other = (LOGGED, EXPOSURE) if source == "obsportal" else (LISTED, GRANULE, EXPOSURE)
    async with added(federation, "spica", RUN, START, status, *names), added(federation, source, *other):
        dids = [DIDS[name] for name in wanted]
        assert await listed(operations) == dids
        assert await in_sql(operations) == dids


def _long(granules: Any) -> Any:
    return (
        [str(one) if isinstance(one, int) and one >= 2**63 else one for one in granules]
        if isinstance(granules, list)
        else granules
    )


async def in_sql(operations: Operations) -> list[str]:
    """The same list by the view, as a stream reads it."""
    query = f"{{ obscore({AROUND}) {{ nodes {{ obsPublisherDid }} }} }}"
    document = operations.document(query)
    nodes = (await operations.execute_document(document, Request(query))).payload["data"]["obscore"]["nodes"]
    return [node["obsPublisherDid"] for node in nodes]


async def test_an_identifier_of_nothing_is_of_nothing(operations: Operations) -> None:
    for did in ("", "x", "ivo://jmmc.fr/oidb?1", "ivo://jmmc.fr/oidb?" + "9" * 30, "ivo://jmmc.fr/spica?yesterday"):
        assert await record(operations, did) is None


async def test_a_log_points_to_its_page(operations: Operations, federation: Federation) -> None:
    async with added(federation, "oidb", LISTED, GRANULE, EXPOSURE):
        found = await record(operations, DIDS["granule"])
        assert found["accessUrl"] == f"https://obs.jmmc.fr/detail/exposure/{EXPOSURE}"
        assert found["calibLevel"] == 0


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("column", OBSCORE.columns, ids=lambda column: column.name)
async def test_pages_put_together_are_the_list(
    operations: Operations, federation: Federation, column: Column, direction: str
) -> None:
    connection = await connect(federation.owner)
    seen = SEEN.get(column.sql, f'"{column.sql}"')
    order = f"{seen} {DIRECTIONS[direction]}, obs_publisher_did"
    wanted = [row[0] for row in await connection.fetch(f"SELECT obs_publisher_did FROM ivoa.obscore ORDER BY {order}")]
    await connection.close()
    assert len(set(wanted)) == len(wanted)
    for way in WAYS:
        assert await walk(operations, column, direction, way, 160) == wanted


@pytest.mark.parametrize("way", WAYS)
async def test_a_page_asks_on_until_it_is_whole(
    operations: Operations, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = OBSCORE.by_field["source"]
    wanted = await walk(operations, column, "ASC", "first", 1000)
    monkeypatch.setattr(union, "SPARE", 0)
    monkeypatch.setattr(union, "LARGEST", 40)
    monkeypatch.setattr(duplicates, "FEW", 10)
    assert await walk(operations, column, "ASC", way, 7) == wanted
    assert len(await listed(operations, "first: 1000")) == len(wanted)


async def walk(operations: Operations, column: Column, direction: str, way: str, size: int) -> list[str]:
    """All pages from one end to the other, in the order asked for."""
    mark, end, more = WAYS[way]
    arguments = f"{way}: $size, {mark}: $mark, orderBy: [{{ {column.graphql}: {direction} }}]"
    query = (
        f"query($size: Int, $mark: String) {{ obscore({arguments})"
        f" {{ nodes {{ obsPublisherDid }} pageInfo {{ {end} {more} }} }} }}"
    )
    found: list[str] = []
    told: dict[str, Any] = {"size": size, "mark": None}
    while True:
        answer = (await operations.answer(Request(query, None, told))).payload
        assert "errors" not in answer, answer["errors"]
        page = answer["data"]["obscore"]
        nodes = [node["obsPublisherDid"] for node in page["nodes"]]
        found = found + nodes if way == "first" else nodes + found
        if not page["pageInfo"][more]:
            return found
        assert len(nodes) == size
        told["mark"] = page["pageInfo"][end]
