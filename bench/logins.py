"""What it costs to know who asks: processor time of a star by its id, with an access token and without."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench import servers
from bench.client import Client, post
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.servers import ALONE, ServerProcess
from gateway.commands.demo_people import login_settings, provided

ROUNDS, EACH = 80, 200
MOST = 1.1
"""Times the processor time of the same without a login that it may take."""
QUERY = "query ($id: Long!) { star(id: $id) { name vmag } }"
STARS = 50


async def measure(places: Databases) -> list[Measurement]:
    """Ask a gateway that people log in to as somebody and as nobody, and one without logins, in turns."""
    with provided({}) as provider:
        people = login_settings(provider)
        token = provider.token("pi-s01") if provider else ""
        async with (
            servers.gateway(places.foreign, jobs=places.jobs, settings={**ALONE, **people}) as known,
            servers.gateway(places.foreign, jobs=places.jobs) as without,
        ):
            somebody = f"Authorization: Bearer {token}\r\n"
            asked = {"somebody": (known, somebody), "nobody": (known, ""), "without logins": (without, "")}
            return _measurements(await _rounds(asked))


async def _rounds(asked: Mapping[str, tuple[ServerProcess, str]]) -> dict[str, list[float]]:
    """Milliseconds of processor time that a request takes, by who asks: one number a round."""
    clients = {name: await Client.to(server.url) for name, (server, _) in asked.items()}
    spent: dict[str, list[float]] = {name: [] for name in asked}
    order = list(asked)
    for turn in range(ROUNDS + 1):
        for name in order:
            server, header = asked[name]
            requests = [_request({"id": number}, header) for number in range(1, STARS + 1)]
            before = processor(server)
            for number in range(EACH):
                await clients[name].ask(requests[number % STARS])
            if turn:
                spent[name].append((processor(server) - before) / EACH)
        order.append(order.pop(0))
    return spent


def _measurements(spent: Mapping[str, list[float]]) -> list[Measurement]:
    ours = spent["somebody"]
    listed = []
    for name, goal in (("nobody", None), ("without logins", MOST)):
        ratio = median(mine / theirs for mine, theirs in zip(ours, spent[name], strict=True))
        times = (milliseconds(median(ours)), name, milliseconds(median(spent[name])), f"{ratio:.2f}× its time")
        judged = (f"≤ {goal:g}", ratio <= goal) if goal else ("", None)
        listed.append(Measurement("GraphQL by id with an access token: processor time", *times, *judged))
    return listed


def _request(variables: Mapping[str, int], header: str) -> bytes:
    head, _, rest = post(QUERY, variables).partition(b"\r\n")
    return head + b"\r\n" + header.encode() + rest


def processor(server: ServerProcess) -> float:
    """Milliseconds of processor time that the threads of a server have taken (schedstat of Linux, nanoseconds)."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6
