"""`python -m bench`: set everything up, measure, stop everything, write `results.md`."""

import argparse
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import uvloop

from bench import (
    adql,
    cones,
    failures,
    formats,
    graphql,
    identity,
    jobs,
    joins,
    mixed,
    obscore,
    report,
    routes,
    servers,
    star,
    streams,
    tap,
    throughput,
    xmatch,
)
from bench.databases import LOCAL, LONG, Databases, databases
from bench.questions import Question
from bench.report import Finding, milliseconds
from bench.streams import Streamed
from bench.timing import Timing

STARS = 500_000


def main() -> int:
    """Run the parts that are asked for; 0 if every goal was met."""
    told = _parser().parse_args()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    parts = told.parts or list(PARTS)
    with databases(told.stars, {copy for part in parts for copy in COPIES.get(part, ())}, say) as places:
        where = report.machine(places.server, told.stars)
        findings = []
        for part in parts:
            say(part)
            findings += uvloop.run(PARTS[part](places))
    print(f"\n{where}\n\n{report.table(findings)}")
    if not told.parts:
        report.write(where, findings)
    say("done")
    return 0 if all(finding.met is not False for finding in findings) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The gateway and its peers, side by side")
    parser.add_argument(
        "parts", nargs="*", type=_part, metavar="PART", help=f"{', '.join(PARTS)}; all, if none is named"
    )
    parser.add_argument("--stars", type=int, default=STARS, help=f"size of the sample ({STARS})")
    return parser


def _part(name: str) -> str:
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"one of {', '.join(PARTS)} is wanted")
    return name


async def _streams(places: Databases) -> list[Finding]:
    findings, found = await streams.measure(places.foreign, places.local)
    return findings + _copy_apart(found)


async def _memory(places: Databases) -> list[Finding]:
    return await streams.memory(places.long)


async def _graphql(places: Databases) -> list[Finding]:
    unavailable = servers.install_postgraphile()
    near, ours_near = await graphql.measure(places.local, "local", unavailable)
    far, ours_far = await graphql.measure(places.foreign, "foreign", unavailable)
    return near + far + _fdw_apart(ours_near, ours_far)


async def _cones(places: Databases) -> list[Finding]:
    findings, far = await cones.measure(places.foreign)
    _, near = await cones.measure(places.local)
    return [*findings, _fdw("bare cone search, 0.1°", near["bare"], far["bare"])]


def _copy_apart(found: Mapping[str, Streamed]) -> list[Finding]:
    return [_fdw("bare COPY", found["local"].copy, found["foreign"].copy)]


def _fdw_apart(near: Mapping[Question, Timing], far: Mapping[Question, Timing]) -> list[Finding]:
    return [_fdw(f"GraphQL, {question.title}", near[question], far[question]) for question in near]


def _fdw(what: str, near: Timing, far: Timing) -> Finding:
    """What postgres_fdw costs, whoever asks."""
    cost = far.typical / near.typical
    return Finding(
        f"postgres_fdw itself: {what}",
        milliseconds(far.typical),
        "local tables",
        milliseconds(near.typical),
        f"{cost:.1f}× its time",
    )


PARTS: Mapping[str, Callable[[Databases], Coroutine[Any, Any, list[Finding]]]] = {
    "streams": _streams,
    "memory": _memory,
    "formats": formats.measure,
    "graphql": _graphql,
    "cones": _cones,
    "routes": routes.measure,
    "star": star.measure,
    "identity": identity.measure,
    "xmatch": xmatch.measure,
    "obscore": obscore.measure,
    "throughput": throughput.measure,
    "failures": failures.measure,
    "adql": adql.measure,
    "joins": joins.measure,
    "tap": tap.measure,
    "jobs": jobs.measure,
    "mixed": mixed.measure,
}
COPIES: Mapping[str, tuple[str, ...]] = {
    "streams": (LOCAL,),
    "memory": (LONG,),
    "formats": (LONG,),
    "graphql": (LOCAL,),
    "cones": (LOCAL,),
}
"""The further hubs that a part asks, beside the sample's own."""

if __name__ == "__main__":
    sys.exit(main())
