"""Ask questions one after another: time, size and rows of each answer, and the plans that were written meanwhile."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import md5
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import orjson

from bench.full.plans import PlanLog, SlowPlan
from bench.full.question import Order, Question

HUNDRED = b'{"query": "{ stars(first: 100) { nodes { jsdcId name ra dec } } }"}'
"""A page of 100: what costs are measured by."""
EVERY = 25
"""Questions between two pages of 100."""
AGAIN = 0.5
"""Seconds below which a priced question is asked once more, and the shorter time kept: the first compiles it."""
_ROW = re.compile(rb"<TR>.*?</TR>", re.DOTALL)
_FAILED = re.compile(rb'value="ERROR"\s*(?:/>|>(.*?)</INFO)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question."""

    group: str
    text: str
    reason: str
    seconds: float
    """To the last byte."""
    first: float
    """Seconds to the first byte of the body."""
    size: int
    """Bytes."""
    failure: str
    """Why there are no rows, as the client is told; "" if there are."""
    rows: str
    """MD5 of the rows whatever their order, or their number where a limit cuts them; "" for formats of bytes."""
    cost: int | None
    """`extensions.cost`; None for what is not GraphQL as JSON."""
    hundred: float
    """Seconds of a page of 100 about then."""
    plans: tuple[SlowPlan, ...] = ()


async def ask_all(
    url: str, questions: Iterable[Question], log: PlanLog | None, report: Callable[[int, Answer], None]
) -> list[Answer]:
    """Ask every question, in order.

    Parameters
    ----------
    log
        Where PostgreSQL writes its slow plans; None where it does not.
    report
        Called with the number of each question and its answer.
    """
    answers = []
    async with httpx.AsyncClient(base_url=url, timeout=None) as client:  # noqa: S113 - each question has its own
        hundred = 0.0
        for number, question in enumerate(questions):
            if number % EVERY == 0:
                hundred = median([await _hundred(client) for _ in range(5)])
            answer = await ask(client, question, hundred, log)
            if answer.cost is not None and answer.seconds < AGAIN:
                again = await ask(client, question, hundred, log)
                answer = again if again.seconds < answer.seconds and not again.failure else answer
            answers.append(answer)
            report(number, answer)
    return answers


async def ask(
    client: httpx.AsyncClient, question: Question, hundred: float = 0.0, log: PlanLog | None = None
) -> Answer:
    """Ask one question; `hundred` is the time of a page of 100 about now, in seconds."""
    mark = log.mark() if log else 0
    start = perf_counter()
    first, body, failure, kind = 0.0, bytearray(), "", ""
    try:
        async with asyncio.timeout(question.seconds), _request(client, question) as response:
            kind = response.headers.get("content-type", "")
            async for block in response.aiter_bytes():
                first = first or perf_counter() - start
                body += block
            if response.status_code >= 400:
                failure = f"{response.status_code} {_sentence(bytes(body))}"
    except TimeoutError:
        failure = f"no answer in {question.seconds:g} s"
    except httpx.HTTPError as error:
        failure = f"{type(error).__name__} {error}"
    seconds, text = perf_counter() - start, bytes(body)
    document = _document(text) if kind.startswith("application/") and "json" in kind and question.document else {}
    failure = failure or _refusal(document, text)
    rows = "" if failure else fingerprint(question.same, rows_of(text, kind, document))
    cost = document.get("extensions", {}).get("cost", {}).get("requested")
    plans = tuple(log.since(mark)) if log else ()
    return Answer(
        question.group, question.text, question.reason, seconds, first, len(body), failure, rows, cost, hundred, plans
    )


def rows_of(body: bytes, kind: str, document: dict[str, Any]) -> list[bytes] | None:
    """The rows of an answer by its media type; None for formats that are not read here."""
    if document:
        return [orjson.dumps(document.get("data"))]
    if kind.startswith("text/"):
        return body.splitlines()
    if "votable" in kind and b"<TR>" in body:
        return _ROW.findall(body)
    return None


def fingerprint(same: Order, rows: list[bytes] | None) -> str:
    """What of an answer's rows is the same whenever they are asked for; "" for None."""
    if rows is None:
        return ""
    if same is Order.COUNT:
        return f"{len(rows)} rows"
    return md5(b"\n".join(sorted(rows)), usedforsecurity=False).hexdigest()


def _request(client: httpx.AsyncClient, question: Question) -> Any:
    headers = {"Accept": question.accept}
    if question.document:
        return client.stream("POST", question.path, json={"query": question.document}, headers=headers)
    if question.files:
        files = {name: (f"{name}.vot", content) for name, content in question.files.items()}
        return client.stream("POST", question.path, data=dict(question.form), files=files, headers=headers)
    return client.stream("GET", question.path, params=dict(question.form), headers=headers)


async def _hundred(client: httpx.AsyncClient) -> float:
    start = perf_counter()
    answer = await client.post("/graphql", content=HUNDRED, headers={"Content-Type": "application/json"})
    answer.raise_for_status()
    return perf_counter() - start


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _refusal(document: dict[str, Any], body: bytes) -> str:
    errors = document.get("errors")
    if errors:
        code = errors[0].get("extensions", {}).get("code", "")
        return f"{code} {errors[0].get('message', '')}"[:200]
    failed = _FAILED.search(body[:20_000]) or _FAILED.search(body[-2_000:])
    return (failed[1] or b"ERROR").decode(errors="replace").strip()[:200] if failed else ""


def _sentence(body: bytes) -> str:
    failed = _FAILED.search(body)
    return ((failed[1] or b"") if failed else body).decode(errors="replace").strip()[:200]
