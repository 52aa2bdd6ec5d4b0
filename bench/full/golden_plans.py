"""The plans of what has a goal, without costs, as golden files: one for each server, at full size.

A statement whose plan matters says its own way (arms, MATERIALIZED, settings of the statement), and PostgreSQL follows
it whatever it guesses: what these files show is the same each time the databases are made anew.
"""

import asyncio
import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from unittest.mock import patch

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.statement import statement as copied
from bench.full.clusters import FullServer
from bench.full.goals import planned
from bench.full.question import Question
from hub.health import HealthMonitor
from hub.limits import DocumentLimits, Limits
from hub.rows import Hub, connect, open_hub
from hub.sessions import SESSION
from planning.sql import Row, Statement
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from sample.federation import Federation
from schema.catalog import SOURCES

FOLDER = Path(__file__).parent / "golden"
LEFT_OUT = ("Output:", "Query Identifier:")
"""What a plan says beside its nodes, their conditions and what they send."""
WIDEST = 200
"""Characters of a line."""
GATHERED = re.compile(
    r"^( *)->  Sort\n\1      (Sort Key: .*)\n\1      ->  Gather\n\1            (Workers Planned: .*)$", re.MULTILINE
)
MERGED = r"\1->  Gather Merge\n\1      \3\n\1      ->  Sort\n\1            \2"
"""Rows that workers read are sorted by each of them or after all: statistics of another sample of the same rows turn
one into the other, and they are written as one."""


async def kept(server: FullServer, *, update: bool) -> bool:
    """Compare the plans of what has a goal with the golden file of this server, or rewrite it; whether they are equal.

    The difference is printed.
    """
    path = FOLDER / f"{server.kind}.txt"
    now = await _plans(server.federation)
    if update:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(now)
    before = path.read_text() if path.exists() else ""
    print("".join(difflib.unified_diff(before.splitlines(True), now.splitlines(True), str(path), "now")))
    return now == before


async def _plans(federation: Federation) -> str:
    hub = await open_hub(federation.hub, Limits(statement_seconds=60), HealthMonitor(SOURCES), federation.readers)
    try:
        await asyncio.gather(hub.settled(), hub.health.settled())
        operations = Operations((await asyncio.to_thread(assemble))._schema, hub, DocumentLimits(), largest_page=1000)  # noqa: SLF001
        questions = {goal.question.name: goal.question for goal in planned()}.values()
        return "\n".join([await _shown(one, await _statements(one, operations), federation) for one in questions])
    finally:
        await hub.close()


async def _statements(question: Question, operations: Operations) -> list[Statement]:
    """What a question sends to the databases, in order."""
    if not question.document:
        return [_adql(question.form["QUERY"], operations.hub)]
    sent: list[Statement] = []
    fetch = Hub.fetch

    async def recorded(hub: Hub, statement: Statement, seconds: float | None = None) -> object:
        sent.append(statement)
        return await fetch(hub, statement, seconds)

    with patch.object(Hub, "fetch", recorded):
        answer = await operations.answer(Request(question.document))
    assert "errors" not in answer.payload, answer.payload  # noqa: S101 - a question that has a goal is answered
    return sent


def _adql(query: str, hub: Hub) -> Statement:
    columns: Row = lambda cells: ", ".join(sql for _, sql in cells)  # noqa: E731
    return copied(compile_query(query, DECLARED, hub.databases), columns, None)


async def _shown(question: Question, statements: Iterable[Statement], federation: Federation) -> str:
    plans = [await _plan(statement, federation) for statement in statements]
    return "\n".join([f"== {' '.join(question.text.split())}", *plans, ""])


async def _plan(statement: Statement, federation: Federation) -> str:
    where = federation.readers[statement.sources[0]] if statement.direct else federation.hub
    connection = await connect(where, SESSION | dict(statement.settings))
    try:
        rows = await connection.fetch(f"EXPLAIN (COSTS OFF, VERBOSE) {statement.text}", *statement.values)
    finally:
        await connection.close()
    lines = [line[:WIDEST] for (line,) in rows if not line.strip().startswith(LEFT_OUT)]
    route = f"-- straight to {statement.sources[0]}" if statement.direct else "-- through the hub"
    return GATHERED.sub(MERGED, "\n".join([route, *lines]))
