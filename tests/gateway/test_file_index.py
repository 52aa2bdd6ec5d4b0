"""The index of OIFITS files in the hub: what every door shows of it, what it follows, and what nobody may see."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import synthetic_oifits as synthetic
from waiting import within

from adapters.soda.collection import Collection
from gateway.commands.index_oifits import index_into_hub
from gateway.oifits_index import Outcome, follow_files, update_index
from gateway.settings import SettingError, Settings
from hub.rows import Connection, Hub, connect
from hub.writer import open_writer
from planning.errors import Busy
from publishing.oifits_index import LOCK, IndexedFile
from sample.federation import Federation
from schema.oifits import MEASURED, PART

Update = Callable[[], Awaitable[Outcome]]
ADDRESS = "https://index.invalid/files/"
FIRST = 7_100_000_000
OPEN, SECRET, MIXED_OPEN, MIXED_SECRET, RELEASED = range(FIRST, FIRST + 5)
GRANULES = {
    OPEN: ("2020/open%20one.fits", "alf_Cen", "WIDE", "public", None), SECRET: ("secret.fits", "alf Cen", "WIDE", "secure", None),
    MIXED_OPEN: ("mixed.fits", "alf Cen", "WIDE", "public", None), MIXED_SECRET: ("mixed.fits", "bet Pic", "WIDE", "secure", "2999-01-01"),
    RELEASED: ("released.fits", "bet Pic", "FINE", "secure", "2020-01-01"),
}  # fmt: skip
ADD = """INSERT INTO public.oidb (id, access_url, target_name, instrument_name, data_rights, obs_release_date, calib_level, datapi,
        access_format, dataproduct_type, nb_channels, s_ra, s_dec, t_min, t_max, obs_collection)
    VALUES ($1, $2, $3, $4, $5, $6::text::timestamp, 2, 'Doe', 'application/fits', 'visibility', 4, 219.9, -60.83, 59000.0, 59000.9, 'indexed')"""
SHOWN = 4
"""Rows of a complete file: two targets with two INSNAMEs each."""


@pytest_asyncio.fixture(scope="module")
async def oidb(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.sources["oidb"])
    for number, (path, *told) in GRANULES.items():
        await connection.execute(ADD, number, ADDRESS + path, *told)
    yield connection
    await connection.execute("DELETE FROM public.oidb WHERE id = ANY($1)", list(GRANULES))
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.owner)
    yield connection
    await connection.execute("DELETE FROM oifits.file; DELETE FROM oifits.granule")
    await connection.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("indexed")
    (root / "2020").mkdir()
    first = synthetic.complete(root / "2020" / "open one.fits")
    for name in ("secret", "mixed", "released", "unlisted"):
        shutil.copy(first, root / f"{name}.fits")
    (root / "page.fits").write_bytes(b"<html>" * 1000)
    return root


@pytest.fixture(scope="module")
def read() -> list[IndexedFile]:
    """The files that were read, all of them first."""
    return []


@pytest.fixture(scope="module")
def update(federation: Federation, hub: Hub, folder: Path, read: list[IndexedFile]) -> Update:
    async def updated() -> Outcome:
        return await update_index(federation.writer, hub, Collection(ADDRESS, str(folder)), folder, read.append)

    return updated


@pytest_asyncio.fixture(scope="module")
async def first(update: Update, oidb: Connection, owner: Connection) -> Outcome:
    await asyncio.gather(oidb.fetch("SELECT"), owner.fetch("SELECT"))  # both are there, and are cleared in the end
    return await update()


async def rows(client: httpx.AsyncClient, query: str) -> list[list[str]]:
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "FORMAT": "csv", "QUERY": query})
    assert answer.status_code == 200, answer.text
    return [line.split(",") for line in answer.text.splitlines()[1:]]


async def files(connection: Connection) -> list[str]:
    found = await connection.fetch("SELECT DISTINCT access_url FROM oifits.granule ORDER BY 1")
    return [url.removeprefix(ADDRESS) for (url,) in found]


async def test_files_that_are_open_are_shown(first: Outcome, read: list[IndexedFile], owner: Connection) -> None:
    """One that OiDB has not is not, nor one of which a part is under embargo."""
    assert (first.read, first.files, first.gone) == (6, 6, 0)
    assert [one.state.path for one in read if one.error] == ["page.fits"]
    assert await files(owner) == ["2020/open%20one.fits", "released.fits"]
    assert (first.shown_rows, first.shown_files) == (2 * SHOWN, 2)


async def test_each_column_is_the_granules_of_the_file(
    first: Outcome, read: list[IndexedFile], owner: Connection
) -> None:
    """Read back by its own name, against what the file's index says."""
    granules = {
        f"{one.state.path}#{granule.target_name}#{granule.insname}#{granule.night}": granule
        for one in read[: first.read]
        for granule in one.index.granules
    }
    other = {
        "target_ra": "s_ra",
        "target_dec": "s_dec",
        "ins_name": "insname",
        "t_middle_min": "middle_min",
        "t_middle_max": "middle_max",
        "evening": "night",
    }
    found = await owner.fetch("SELECT * FROM oifits.granule")
    for row in found:
        for column in MEASURED:
            value = getattr(granules[row["part_id"]], other.get(column.sql, column.sql))
            assert row[column.sql] == (" ".join(value) if isinstance(value, tuple) else value), column.name


async def test_every_door_has_it(first: Outcome, client: httpx.AsyncClient) -> None:
    assert first.shown_rows
    found = await rows(client, f"SELECT o.target_name, o.ins_name, o.granule_id, o.evening FROM oifits.granule AS o JOIN oidb.granule AS g ON g.id = o.granule_id WHERE o.uv_distance_max > 10 AND g.id = {OPEN}")  # fmt: skip
    assert found == [["alf Cen", "WIDE", str(OPEN), "58999"]]
    found = await rows(client, f"SELECT c.target_name, o.uv_distance_max FROM ivoa.obscore AS c JOIN oifits.granule AS o ON o.obs_publisher_did = c.obs_publisher_did WHERE o.granule_id >= {FIRST}")  # fmt: skip
    assert sorted(name for name, _ in found) == ["alf_Cen", "bet Pic"]
    query = f"{{ granules(where: {{granuleId: {{eq: {OPEN}}}}}) {{ nodes {{ oifits {{ insName nGood uvDistanceMax stations granule {{ granuleId }} }} }} }} }}"
    (node,) = (await client.post("/graphql", json={"query": query})).json()["data"]["granules"]["nodes"]
    assert (node["oifits"]["insName"], node["oifits"]["granule"]) == ("WIDE", {"granuleId": OPEN})
    listed = await rows(
        client, "SELECT column_name, unit FROM TAP_SCHEMA.columns WHERE table_name = 'oifits.granule' ORDER BY 1"
    )
    assert dict(map(tuple, listed))["uv_distance_max"] == "m"
    assert len(listed) == len(PART.columns)


async def test_nothing_is_read_or_written_again(first: Outcome, update: Update, owner: Connection) -> None:
    before = await owner.fetch("SELECT part_id, xmin::text, ctid::text FROM oifits.granule ORDER BY 1")
    again = await update()
    assert (again.read, again.files, again.shown_rows) == (0, 6, first.shown_rows)
    assert await owner.fetch("SELECT part_id, xmin::text, ctid::text FROM oifits.granule ORDER BY 1") == before


async def test_what_is_hidden_is_at_no_door(first: Outcome, client: httpx.AsyncClient, federation: Federation) -> None:
    """Neither the table of what is open nor the role that serves has anything of the other files."""
    assert first.shown_rows
    assert not await rows(client, f"SELECT part_id FROM oifits.granule WHERE granule_id IN ({SECRET}, {MIXED_OPEN}, {MIXED_SECRET}) OR part_id LIKE 'secret%' OR part_id LIKE 'unlisted%'")  # fmt: skip
    for name in ("file", "part"):
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": f"SELECT * FROM oifits.{name}"})
        assert answer.status_code == 400
        connection = await connect(federation.hub)
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch(f"SELECT * FROM oifits.{name}")
        await connection.close()


async def test_it_follows_embargoes_both_ways(
    first: Outcome, update: Update, oidb: Connection, owner: Connection
) -> None:
    assert first.shown_rows
    await oidb.execute("UPDATE public.oidb SET obs_release_date = '2020-01-01' WHERE id = $1", SECRET)
    await oidb.execute("UPDATE public.oidb SET data_rights = 'secure', obs_release_date = NULL WHERE id = $1", OPEN)
    await update()
    assert await files(owner) == ["released.fits", "secret.fits"]
    await oidb.execute("UPDATE public.oidb SET obs_release_date = NULL WHERE id = $1", SECRET)
    await oidb.execute("UPDATE public.oidb SET data_rights = 'public' WHERE id = $1", OPEN)
    await update()
    assert await files(owner) == ["2020/open%20one.fits", "released.fits"]


async def test_files_that_change_are_read_again_and_those_that_go_leave(
    first: Outcome, update: Update, folder: Path, owner: Connection
) -> None:
    assert first.shown_rows
    kept = (folder / "released.fits").read_bytes()
    (folder / "released.fits").unlink()
    synthetic.complete(folder / "2020" / "open one.fits", notes=False)
    after = await update()
    assert (after.read, after.gone) == (1, 1)
    assert await files(owner) == ["2020/open%20one.fits"]
    (folder / "released.fits").write_bytes(kept)
    assert (await update()).shown_files == 2


async def test_a_granule_of_which_a_night_is_half_is_not_taken_for_it(
    first: Outcome, update: Update, oidb: Connection, owner: Connection
) -> None:
    """Where OiDB has one night as two granules, the uv points of neither are those of the night; and of two alike neither is chosen."""
    assert first.shown_rows
    numbers = "SELECT granule_id FROM oifits.granule WHERE granule_id IS NOT NULL ORDER BY 1"
    assert [number for (number,) in await owner.fetch(numbers)] == [OPEN, RELEASED]
    await oidb.execute("UPDATE public.oidb SET t_min = 59000.1001 WHERE id = $1", OPEN)
    await oidb.execute(ADD, FIRST + 9, f"{ADDRESS}released.fits", "bet Pic", "FINE", "public", None)
    await update()
    assert not await owner.fetch(numbers)
    await oidb.execute("DELETE FROM public.oidb WHERE id = $1", FIRST + 9)
    await oidb.execute("UPDATE public.oidb SET t_min = 59000.0 WHERE id = $1", OPEN)
    await update()
    assert len(await owner.fetch(numbers)) == 2


async def test_one_writes_at_a_time(first: Outcome, federation: Federation, update: Update) -> None:
    assert first.shown_rows
    writer = await open_writer(federation.writer, 5)
    await writer.fetch("SELECT pg_advisory_lock($1)", LOCK)
    with pytest.raises(Busy):
        await update()
    await writer.close()


@pytest.fixture
def told(federation: Federation, folder: Path) -> Settings:
    return Settings(federation.hub, hub_writer=federation.writer, oifits_url=ADDRESS, oifits=str(folder))


async def test_a_gateway_keeps_it_up(
    first: Outcome, told: Settings, hub: Hub, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first.shown_rows
    monkeypatch.setattr("gateway.oifits_index.GATHER", 0.01)
    await owner.execute("DELETE FROM oifits.file; DELETE FROM oifits.granule")
    following = asyncio.create_task(follow_files(told, hub))

    async def both() -> bool:
        return len(await files(owner)) == 2

    await within(both, 10)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_the_command_tells_what_it_did(
    first: Outcome, told: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first.shown_rows
    assert await asyncio.to_thread(index_into_hub, told, folder) == 0
    assert (
        capsys.readouterr().out
        == "6 files, 0 of them read now, 0 forgotten: 8 rows of 2 files that are open to everybody\n"
    )
    with pytest.raises(SettingError, match="GATEWAY_HUB_WRITER and GATEWAY_OIFITS_URL"):
        index_into_hub(Settings(told.hub), folder)
