"""The GraphQL questions as each server takes them, and the comparison of their answers."""

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
class PeerQuestion:
    """One question, as a GraphQL document of each server."""

    name: str
    title: str
    ranks: str
    """SQL that selects the keys in order."""
    variants: range
    """Ranks of the keys after which the requests start, one a request."""
    gateway: str
    strawberry: str
    postgraphile: str
    cursor: str
    """Document that gives PostGraphile's cursor of a rank: PostGraphile has no condition `greater than` on keys."""
    rows: tuple[str, ...]
    """Path of the list below `data` in the gateway's answer."""
    theirs: tuple[str, ...]
    """Path of the list below `data` in PostGraphile's answer."""


LIST = PeerQuestion(
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
NESTED = PeerQuestion(
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


async def keys(hub: str, question: PeerQuestion) -> list[object]:
    """The key that each variant starts after."""
    connection = await asyncpg.connect(hub)
    try:
        sorted_keys = [row[0] for row in await connection.fetch(question.ranks)]
    finally:
        await connection.close()
    return [sorted_keys[rank] for rank in question.variants]


def requests(question: PeerQuestion, keys: Sequence[object]) -> dict[str, list[bytes]]:
    """Requests of every variant, for each server but PostGraphile."""
    return {
        "gateway": [post(question.gateway, {"after": key}) for key in keys],
        "strawberry": [post(question.strawberry, {"after": key}) for key in keys],
        "bare": [get(f"/{question.name}", after=key) for key in keys],
    }


async def postgraphile_requests(client: Client, question: PeerQuestion) -> list[bytes]:
    """Requests of every variant for PostGraphile, whose cursors are fetched first."""
    requests = []
    for rank in question.variants:
        answer = orjson.loads(await client.ask(post(question.cursor, {"rank": rank})))
        cursor = answer["data"][question.theirs[0]]["pageInfo"]["endCursor"]
        requests.append(post(question.postgraphile, {"after": cursor}))
    return requests


def rows(question: PeerQuestion, server: str, body: bytes) -> list[dict[str, Any]]:
    """The list in an answer of gateway, strawberry, postgraphile or bare; raises `WrongAnswerError`."""
    answer: Any = orjson.loads(body)
    if server == "bare":
        return list(answer)
    path = {"gateway": question.rows, "strawberry": (question.name,), "postgraphile": question.theirs}[server]
    if answer.get("errors"):
        message = f"{server} answers {str(answer['errors'])[:500]}"
        raise WrongAnswerError(message)
    for name in ("data", *path):
        answer = answer[name]
    return list(answer)


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
