"""GraphQL: lists and nested lists, against plain Strawberry, PostGraphile and a bare endpoint, on both hubs."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from bench import questions, servers
from bench.client import Client, WrongAnswerError, asker
from bench.measurement import Measurement, faster, not_run
from bench.questions import LIST, NESTED, PeerQuestion
from bench.retired import BARE
from bench.servers import ServerProcess
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


async def measure(hub: str, kind: str, unavailable: str) -> tuple[list[Measurement], dict[PeerQuestion, Timing]]:
    """Ask every question of every server.

    Parameters
    ----------
    hub
        DSN of the hub that all servers read.
    kind
        `local` or `foreign`: which hub it is.
    unavailable
        Why PostGraphile cannot be run; empty if it can.

    Returns
    -------
    tuple
        The measurements, and the gateway's own timings by question.

    Raises
    ------
    WrongAnswerError
        A server gives other rows than the gateway.
    """
    measurements: list[Measurement] = []
    ours: dict[PeerQuestion, Timing] = {}
    async with _running(hub, local=kind == "local", with_postgraphile=not unavailable) as running:
        for question in (LIST, NESTED):
            timings = await _compared(hub, question, running)
            ours[question] = timings["gateway"]
            measurements += _measurements(question, kind, timings, unavailable)
    return measurements, ours


@asynccontextmanager
async def _running(hub: str, *, local: bool, with_postgraphile: bool) -> AsyncIterator[dict[str, ServerProcess]]:
    async with AsyncExitStack() as stack:
        running = {
            "gateway": await stack.enter_async_context(servers.gateway(hub)),
            "strawberry": await stack.enter_async_context(servers.strawberry(hub)),
            "bare": await stack.enter_async_context(servers.bare(hub, local=local)),
        }
        if with_postgraphile:
            running["postgraphile"] = await stack.enter_async_context(servers.postgraphile(hub, local=local))
        yield running


async def _compared(hub: str, question: PeerQuestion, running: dict[str, ServerProcess]) -> Measured:
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


async def _check(question: PeerQuestion, clients: dict[str, Client], requests: dict[str, bytes]) -> None:
    """Raise `WrongAnswerError` unless all give the same rows, and some."""
    bodies = {name: await client.ask(requests[name]) for name, client in clients.items()}
    answers = {name: questions.rows(question, name, body) for name, body in bodies.items()}
    for name, rows in answers.items():
        if not rows or not questions.same(answers["gateway"], rows):
            message = f"{question.title}: {name} does not answer what the gateway does"
            raise WrongAnswerError(message)


def _measurements(question: PeerQuestion, kind: str, timings: Measured, unavailable: str) -> list[Measurement]:
    title = f"GraphQL, {question.title}, {kind}"
    measurements = [
        faster(title, timings["gateway"], peer, timings[name], GOALS[question.name, kind].get(name))
        for name, peer in TITLES.items()
        if name in timings
    ]
    if "postgraphile" in timings:
        return measurements
    return [*measurements, not_run(title, TITLES["postgraphile"], unavailable)]
