"""GraphQL: lists and nested lists, against plain Strawberry, PostGraphile and a bare endpoint, on both hubs."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from bench import questions, servers
from bench.client import Client, WrongAnswerError, asker
from bench.finding import Finding, faster, not_run
from bench.questions import LIST, NESTED, Question
from bench.retired import BARE
from bench.servers import Server
from bench.timing import Timing, compare

ROUNDS, EACH = 5, 40
CHECKED = 5
"""Variants whose answers are compared before the clock runs."""
TITLES = {"strawberry": "Strawberry with DataLoader", "postgraphile": "PostGraphile 5", "bare": BARE}
GOALS: Mapping[tuple[str, str], Mapping[str, float]] = {
    (LIST.name, "local"): {"strawberry": 12.0, "postgraphile": 4.0, "bare": 1.0},
    (LIST.name, "foreign"): {"strawberry": 7.0, "postgraphile": 2.5, "bare": 1.0},
    (NESTED.name, "local"): {"bare": 1.0},
    (NESTED.name, "foreign"): {"postgraphile": 2.5, "bare": 1.0},
}
"""The least ratio by question and hub; `bench.retired` says which goals are no longer set."""
Measured = dict[str, Timing]


async def measure(hub: str, kind: str, unavailable: str) -> tuple[list[Finding], dict[Question, Timing]]:
    """Ask every question of every server, `unavailable` telling why not of PostGraphile; our own timings come apart."""
    findings: list[Finding] = []
    ours: dict[Question, Timing] = {}
    async with _running(hub, local=kind == "local", with_postgraphile=not unavailable) as running:
        for question in (LIST, NESTED):
            timings = await _compared(hub, question, running)
            ours[question] = timings["gateway"]
            findings += _found(question, kind, timings, unavailable)
    return findings, ours


@asynccontextmanager
async def _running(hub: str, *, local: bool, with_postgraphile: bool) -> AsyncIterator[dict[str, Server]]:
    async with AsyncExitStack() as stack:
        running = {
            "gateway": await stack.enter_async_context(servers.gateway(hub)),
            "strawberry": await stack.enter_async_context(servers.strawberry(hub)),
            "bare": await stack.enter_async_context(servers.bare(hub, local=local)),
        }
        if with_postgraphile:
            running["postgraphile"] = await stack.enter_async_context(servers.postgraphile(hub, local=local))
        yield running


async def _compared(hub: str, question: Question, running: dict[str, Server]) -> Measured:
    clients = {name: await Client.to(server.url) for name, server in running.items()}
    requests = questions.requests(question, await questions.keys(hub, question))
    if "postgraphile" in clients:
        requests["postgraphile"] = await questions.postgraphile_requests(clients["postgraphile"], question)
    for variant in range(CHECKED):
        await _check(question, clients, {name: requests[name][variant] for name in clients})
    try:
        return await compare({name: asker(client, requests[name]) for name, client in clients.items()}, ROUNDS, EACH)
    finally:
        for client in clients.values():
            client.close()


async def _check(question: Question, clients: dict[str, Client], requests: dict[str, bytes]) -> None:
    """Raise `WrongAnswerError` unless all give the same rows, and some."""
    found = {name: questions.rows(question, name, await client.ask(requests[name])) for name, client in clients.items()}
    for name, rows in found.items():
        if not rows or not questions.same(found["gateway"], rows):
            message = f"{question.title}: {name} does not answer what the gateway does"
            raise WrongAnswerError(message)


def _found(question: Question, kind: str, timings: Measured, unavailable: str) -> list[Finding]:
    title = f"GraphQL, {question.title}, {kind}"
    findings = [
        faster(title, timings["gateway"], peer, timings[name], GOALS[question.name, kind].get(name))
        for name, peer in TITLES.items()
        if name in timings
    ]
    return findings if "postgraphile" in timings else [*findings, not_run(title, TITLES["postgraphile"], unavailable)]
