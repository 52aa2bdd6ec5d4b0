"""`python -m bench full`: ask the wide set on each server, print the worst, write `bench/full.md`."""

import argparse
import asyncio
import sys
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from bench import report, runs, servers
from bench.full import equality, goals, golden_plans, kept, page
from bench.full.asking import Answer, ask_all
from bench.full.builds import settled
from bench.full.clusters import KINDS, STARS, FullServer, running, started
from bench.full.faults import faulty
from bench.full.kept import FullRun
from bench.full.question import SLOW, UnknownPatternError
from bench.full.spill import spilling
from bench.full.wide import wide
from localpg.errors import LocalPostgresError


def main(arguments: list[str]) -> int:
    """Ask, print and write; 0 where nothing failed, nothing was slow without a reason and no rows differed, else 1.

    2 where no question matches the pattern, or one of the servers is not installed.
    """
    options = _parser().parse_args(arguments)
    places = (
        [running(options.dsn)] if options.dsn else [started(kind, options.stars) for kind in options.server or KINDS]
    )
    try:
        well = [_on(place, options) for place in places]
    except (UnknownPatternError, LocalPostgresError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if all(well) else 1


def _on(place: AbstractContextManager[FullServer], options: argparse.Namespace) -> bool:
    with place as server:
        print(f"{server.server}, {options.stars} stars", file=sys.stderr)
        if options.plans:
            return asyncio.run(golden_plans.kept(server, update=options.plans == "update"))
        if options.goals:
            return asyncio.run(goals.compared(server, options.goals))
        if options.build:
            return asyncio.run(equality.compared(server, options.build, options.only, options.random))
        run = asyncio.run(_asked(server, options.stars, options.only))
    print(page.summary(run))
    if options.stars == STARS and not (options.only or options.dsn):
        kept.keep(run)
        page.PAGE.write_text(page.written(kept.load()))
    return not any(map(faulty, run.answers))


async def _asked(server: FullServer, stars: int, pattern: str) -> FullRun:
    when, machine = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}", report.machine(server.server, stars)
    known = server.federation
    questions = await wide(known.owner, pattern)
    began = time.monotonic()

    def told(number: int, answer: Answer) -> None:
        if answer.seconds > SLOW or answer.failure or number % 100 == 0:
            line = f"{time.monotonic() - began:6.0f} s  {number}/{len(questions)}  {answer.seconds:6.2f} s  "
            print(line + f"{' '.join(answer.text.split())[:120]}  {answer.failure}", file=sys.stderr, flush=True)

    async with servers.gateway(known.hub, known.readers, known.jobs) as gateway, spilling(known.owner) as spill:
        await settled(gateway.url)
        answers = await ask_all(gateway.url, questions, server.log, told)
    return FullRun(server.kind, when, runs.commit(), server.server, machine, spill.most, answers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench full", description="The wide set of questions at full size")
    parser.add_argument("--only", default="", metavar="PATTERN", help="questions whose `group: text` matches this")
    parser.add_argument(
        "--server", action="append", choices=KINDS, help="on this PostgreSQL; on each of them, if none is named"
    )
    parser.add_argument(
        "--dsn", type=Path, metavar="FILE", help="on a server that runs: the DSNs of a federation, as JSON"
    )
    parser.add_argument("--stars", type=int, default=STARS, help=f"size of the sample ({STARS})")
    parser.add_argument(
        "--build", type=Path, metavar="PATH", help="compare the rows with those of the gateway in this folder, by hash"
    )
    parser.add_argument(
        "--goals", type=Path, metavar="PATH", help="ask what has a goal, side by side with the gateway in this folder"
    )
    parser.add_argument(
        "--random", type=int, default=0, metavar="N", help="compare N random questions, not the wide set"
    )
    parser.add_argument(
        "--plans",
        choices=("compare", "update"),
        help="compare the plans of what has a goal with the golden files, or rewrite these",
    )
    return parser
