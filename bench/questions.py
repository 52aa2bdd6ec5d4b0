"""The GraphQL questions, in the words of each server, and what tells that all of them gave the same answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from bench.client import Client, WrongAnswerError, get, post

STAR = "jsdcId name ra dec eRa eDec lddChi2 uddv uddk mainIdSimbad spTypeSimbad calFlag"
RENAMED_STAR = (
    "jsdcId name ra: raj2000 dec: dej2000 eRa: eRaj2000 eDec: eDej2000 lddChi2 uddv uddk"
    " mainIdSimbad: mainidSimbad spTypeSimbad: sptypeSimbad calFlag: calflag"
)
PROGRAM = "obsProgram obsProgramTitle obsProgramPiCoi"
OBSERVATION = "obsId obsType instrumentModeId instrumentSubmode interferometerStations targetId"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with how many rows and fields."""

    name: str
    title: str
    ranks: str
    """SQL of the keys in order."""
    variants: range
    """Every request has variables of its own: it starts after the row of one of these ranks."""
    gateway: str
    strawberry: str
    postgraphile: str
    cursor: str
    """PostGraphile's cursor of a variant: it cannot be asked for keys above one."""
    rows: tuple[str, ...]
    """Where PostGraphile and we hold the list: names from `data` down."""
    theirs: tuple[str, ...]


LIST = Question(
    "stars",
    "1 000 rows × 12 fields",
    "SELECT jsdc_id FROM jsdc.star ORDER BY 1 LIMIT 4000",
    range(0, 4000, 80),
    f"query Q($after: Long!) {{ stars(where: {{jsdcId: {{gt: $after}}}}, first: 1000) {{ nodes {{ {STAR} }} }} }}",
    f"query Q($after: Long!) {{ stars(after: $after, first: 1000) {{ {STAR} }} }}",
    f"query Q($after: Cursor!) {{ allStars(after: $after, first: 1000, orderBy: PRIMARY_KEY_ASC)"
    f" {{ nodes {{ {RENAMED_STAR} }} }} }}",
    "query Q($rank: Int!) { allStars(offset: $rank, first: 1, orderBy: PRIMARY_KEY_ASC) { pageInfo { endCursor } } }",
    ("stars", "nodes"),
    ("allStars", "nodes"),
)
NESTED = Question(
    "programs",
    "100 rows with up to 20 below each",
    "SELECT obs_program FROM obsportal.program ORDER BY 1",
    range(0, 500, 10),
    f"query Q($after: String!) {{ programs(where: {{obsProgram: {{gt: $after}}}}, first: 100) {{ nodes {{ {PROGRAM}"
    f" observations(first: 20) {{ nodes {{ {OBSERVATION} }} }} }} }} }}",
    f"query Q($after: String!) {{ programs(after: $after, first: 100)"
    f" {{ {PROGRAM} observations(first: 20) {{ {OBSERVATION} }} }} }}",
    f"query Q($after: Cursor!) {{ allObsportalPrograms(after: $after, first: 100, orderBy: PRIMARY_KEY_ASC)"
    f" {{ nodes {{ {PROGRAM}"
    f" observations: obsportalObservationsByObsProgram(first: 20, orderBy: PRIMARY_KEY_ASC)"
    f" {{ nodes {{ {OBSERVATION} }} }} }} }} }}",
    "query Q($rank: Int!) { allObsportalPrograms(offset: $rank, first: 1, orderBy: PRIMARY_KEY_ASC)"
    " { pageInfo { endCursor } } }",
    ("programs", "nodes"),
    ("allObsportalPrograms", "nodes"),
)


async def keys(hub: str, question: Question) -> list[object]:
    """The key that each variant starts after."""
    connection = await asyncpg.connect(hub)
    try:
        found = [row[0] for row in await connection.fetch(question.ranks)]
    finally:
        await connection.close()
    return [found[rank] for rank in question.variants]


def requests(question: Question, found: Sequence[object]) -> dict[str, list[bytes]]:
    """Requests of every variant, for each server but PostGraphile."""
    return {
        "gateway": [post(question.gateway, {"after": key}) for key in found],
        "strawberry": [post(question.strawberry, {"after": key}) for key in found],
        "bare": [get(f"/{question.name}", after=key) for key in found],
    }


async def postgraphile_requests(client: Client, question: Question) -> list[bytes]:
    """The same for PostGraphile, whose cursors are asked first."""
    made = []
    for rank in question.variants:
        told = orjson.loads(await client.ask(post(question.cursor, {"rank": rank})))
        cursor = told["data"][question.theirs[0]]["pageInfo"]["endCursor"]
        made.append(post(question.postgraphile, {"after": cursor}))
    return made


def rows(question: Question, server: str, body: bytes) -> list[dict[str, Any]]:
    """The list in an answer."""
    told: Any = orjson.loads(body)
    if server == "bare":
        return list(told)
    where = {"gateway": question.rows, "strawberry": (question.name,), "postgraphile": question.theirs}[server]
    if told.get("errors"):
        message = f"{server} answers {str(told['errors'])[:500]}"
        raise WrongAnswerError(message)
    for name in ("data", *where):
        told = told[name]
    return list(told)


def same(one: Any, other: Any) -> bool:
    """Whether two answers say the same: floats to 6 digits (float4), bigint as text too, lists bare or in `nodes`."""
    match one, other:
        case [Mapping() | list(), Mapping() | list()]:
            return _same_parts(one, other)
        case [float() | int(), float() | int()]:
            return math.isclose(one, other, rel_tol=2e-6)
        case _:
            return str(one) == str(other)


def _same_parts(one: Any, other: Any) -> bool:
    left, right = _listed(one), _listed(other)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)


def _listed(value: Any) -> Any:
    return value["nodes"] if isinstance(value, Mapping) and value.keys() == {"nodes"} else value
