"""How databases sort text is learnt through the hub; what cannot be learnt counts as unknown. What `doctor` says of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from filled import LINGUISTIC
from serving import watch

from hub import versions
from hub.collations import CollationWatch, source_bytewise, wanted_text_indexes
from hub.examination import examine
from hub.rows import connect
from hub.text_examination import DatabaseCollation, described, examine_collation
from planning.routing import HUB
from sample.federation import Federation
from schema.catalog import SOURCES
from schema.obsportal import TAGS

OBSPORTAL = SOURCES["obsportal"]
C = ("c", "C")


class Answering:
    """A hub that answers what it is told to: queries are known by a word in them."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def fetch(self, query: str, *_values: Any) -> Sequence[Any]:
        self.asked.append(query)
        answer = next(answer for word, answer in self.answers.items() if word in query)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("columns", "database", "expected"),
    [
        ([("portal", None)], [C], True),
        ([("portal", None), ("portal", "C")], [C], True),
        ([("portal", None), ("portal", "fr-FR-x-icu")], [C], False),
        ([("portal", None)], [("c", "en_US.UTF-8")], False),
        ([("portal", None)], [("i", "C")], False),
        ([], [C], False),
        ([("one", None), ("other", None)], [C], False),
    ],
)
async def test_a_source_sorts_by_bytes_only_if_all_of_it_does(columns: Any, database: Any, *, expected: bool) -> None:
    hub = Answering({"obsportal_collation": columns, "datlocprovider": database})
    assert await source_bytewise(hub, OBSPORTAL) is expected


async def test_a_postgresql_that_has_no_providers() -> None:
    answers = {
        "obsportal_collation": [("portal", None)],
        "datlocprovider": asyncpg.UndefinedColumnError("no such column"),
    }
    assert await source_bytewise(Answering(answers | {"SELECT 'c'": [C]}), OBSPORTAL)
    assert not await source_bytewise(Answering(answers | {"SELECT 'c'": [("c", "de_DE")]}), OBSPORTAL)


async def test_what_does_not_answer_is_not_known() -> None:
    told: dict[str, bool] = {}
    health = watch()
    health.pulse("oidb").up = False
    answers = {
        "current_database": [C],
        "jsdc_": asyncpg.UndefinedTableError("set up before"),
        "_collation": [("x", None)],
    }
    learnt = asyncio.Event()

    def learn(name: str, *, bytewise: bool) -> None:
        told[name] = bytewise
        if len(told) == len(SOURCES) + 1:
            learnt.set()

    asking = CollationWatch(Answering(answers | {"datlocprovider": [C]}), health, learn)
    asking.start()
    settled = asyncio.ensure_future(asking.settled())
    await learnt.wait()
    assert told == dict.fromkeys(("obsportal", "spica", HUB), True) | dict.fromkeys(("oidb", "jsdc"), False)
    assert not settled.done(), "two have not answered"
    settled.cancel()
    await asking.stop()


async def test_indexes_that_a_source_wants(federation: Federation) -> None:
    for name in SOURCES:
        connection = await connect(federation.sources[name])
        try:
            linguistic = not (await described(connection)).bytewise
            assert not linguistic or name in LINGUISTIC
            assert await wanted_text_indexes(connection, SOURCES[name]) == []
            if linguistic:
                transaction = connection.transaction()
                await transaction.start()
                found = await connection.fetchval(
                    "SELECT string_agg(indexname, ', ') FROM pg_indexes WHERE indexdef LIKE '%text_pattern_ops%'"
                )
                await connection.execute(f"SET LOCAL search_path = public, portal; DROP INDEX {found}")
                wanted = await wanted_text_indexes(connection, SOURCES[name])
                expected = {"obsportal": "portal.target (target_name", "oidb": "public.oidb (obs_id"}[name]
                assert f"CREATE INDEX ON {expected} text_pattern_ops)" in wanted
                for statement in wanted:
                    await connection.execute(statement)
                assert await wanted_text_indexes(connection, SOURCES[name]) == []
                await transaction.rollback()
        finally:
            await connection.close()


async def test_a_collation_of_another_version_is_told() -> None:
    made = DatabaseCollation('por"tal', "c", "en_US.UTF-8", "en_US.UTF-8", "2.31", "2.36")
    finding = examine_collation("obsportal", made)
    assert not finding.well
    assert finding.what == "collation libc en_US.UTF-8, version 2.31, but 2.36 now"
    assert 'REINDEX DATABASE "por""tal"; ALTER DATABASE "por""tal" REFRESH COLLATION VERSION' in finding.advice
    for same in (("2.36", "2.36"), (None, None), ("153.120", None)):
        assert examine_collation("x", DatabaseCollation("x", "i", "en-US", "C", *same)).well


async def test_doctor_tells_collations(federation: Federation) -> None:
    findings = [finding async for finding in examine(federation.hub, federation.readers)]
    told = {(finding.where, finding.what) for finding in findings if finding.well}
    for name, dsn in {**federation.sources, HUB: federation.owner}.items():
        connection = await connect(dsn)
        collation = await described(connection)
        await connection.close()
        assert (name, f"collation {collation.words}") in told
        if name != HUB:
            how = "by bytes" if collation.bytewise else "by a collation: it is compared by bytes instead"
            assert (name, f"sorts text {how}") in told
            served = "serve its order" if collation.bytewise else "are in the order of bytes"
            assert (name, f"indexes on text {served}") in told
    limits = [finding for finding in findings if finding.where == HUB and "limits" in finding.what]
    assert [finding.well for finding in limits] == [True], "which have that no merge join is made"


async def test_a_small_table_is_read_in_one_order_by_either_way(federation: Federation) -> None:
    query = versions.mark(TAGS)
    found = []
    for dsn, table in ((federation.hub, TAGS.table.qualified), (federation.sources["obsportal"], TAGS.table.remote)):
        connection = await connect(dsn)
        rows = await connection.fetch(query.replace(TAGS.table.qualified, table))
        found.append(versions.digest([rows]))
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        await connection.close()
    assert found[0] == found[1]
