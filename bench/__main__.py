"""`python -m bench`: start databases and servers, measure, stop them, write `results.md`."""

import argparse
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import uvloop

from bench import (
    adql,
    bodies,
    compression,
    cones,
    failures,
    formats,
    graphql,
    hostile,
    identity,
    jobs,
    joins,
    kills,
    logins,
    mixed,
    obscore,
    oifits,
    pages,
    report,
    routes,
    runs,
    servers,
    small,
    stalls,
    star,
    start,
    streams,
    tap,
    throughput,
    writers,
    xmatch,
)
from bench.databases import LOCAL, LONG, Databases, databases
from bench.full.command import main as full
from bench.hats import main as hats
from bench.measurement import Measurement, milliseconds
from bench.questions import PeerQuestion
from bench.runs import Run
from bench.streams import Streamed
from bench.timing import Timing


def main() -> int:
    """Run the parts on the command line, or all, or `full` or `hats` with options; 0 if every goal was met, else 1."""
    if sys.argv[1:2] == ["full"]:
        return full(sys.argv[2:])
    if sys.argv[1:2] == ["hats"]:
        return hats(sys.argv[2:])
    options = _parser().parse_args()
    began, when = time.monotonic(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    machine, measurements = _measured(options.parts or list(PARTS), options.stars, options.minutes, say)
    listed = [measurement for findings in measurements.values() for measurement in findings]
    print(f"\n{machine}\n\n{report.markdown_table(listed)}")
    if options.record or not options.parts:
        runs.keep_run(Run(when, runs.commit(), machine, options.stars, measurements))
        report.write(runs.load_runs())
    say("done")
    return 0 if all(measurement.met is not False for measurement in listed) else 1


def _measured(
    parts: Sequence[str], stars: int, minutes: float, say: Callable[[str], None]
) -> tuple[str, dict[str, list[Measurement]]]:
    with databases(stars, {copy for name in parts for copy in COPIES.get(name, ())}, say) as places:
        machine = report.machine(places.server, stars)
        measurements = {}
        for name in parts:
            say(name)
            part = PARTS[name] if name != "hostile" else partial(hostile.measure, minutes=minutes)
            measurements[name] = uvloop.run(part(places))
    return machine, measurements


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The gateway and its peers, side by side")
    parser.add_argument(
        "parts", nargs="*", type=_part, metavar="PART", help=f"{', '.join(PARTS)}; all, if none is named"
    )
    parser.add_argument("--stars", type=int, default=report.STARS, help=f"size of the sample ({report.STARS})")
    parser.add_argument("--minutes", type=float, default=hostile.MINUTES, help="how long the part `hostile` lasts")
    parser.add_argument("--record", action="store_true", help="keep the parts as a run, as is done when all are run")
    return parser


def _part(name: str) -> str:
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"one of {', '.join(PARTS)} is wanted")
    return name


async def _streams(places: Databases) -> list[Measurement]:
    measurements, streamed = await streams.measure(places.foreign, places.local)
    return measurements + _copy_apart(streamed)


async def _memory(places: Databases) -> list[Measurement]:
    return await streams.memory(places.long)


async def _graphql(places: Databases) -> list[Measurement]:
    unavailable = servers.install_postgraphile()
    near, ours_near = await graphql.measure(places.local, "local", unavailable)
    far, ours_far = await graphql.measure(places.foreign, "foreign", unavailable)
    return near + far + _fdw_apart(ours_near, ours_far)


async def _cones(places: Databases) -> list[Measurement]:
    measurements, far = await cones.measure(places.foreign)
    _, near = await cones.measure(places.local)
    return [*measurements, _fdw("bare cone search, 0.1°", near["bare"], far["bare"])]


def _copy_apart(streamed: Mapping[str, Streamed]) -> list[Measurement]:
    return [_fdw("bare COPY", streamed["local"].copy, streamed["foreign"].copy)]


def _fdw_apart(near: Mapping[PeerQuestion, Timing], far: Mapping[PeerQuestion, Timing]) -> list[Measurement]:
    return [_fdw(f"GraphQL, {question.title}", near[question], far[question]) for question in near]


def _fdw(what: str, near: Timing, far: Timing) -> Measurement:
    """The cost of `postgres_fdw`: times of one query over foreign and over local tables."""
    cost = far.typical / near.typical
    return Measurement(
        f"postgres_fdw itself: {what}",
        milliseconds(far.typical),
        "local tables",
        milliseconds(near.typical),
        f"{cost:.1f}× its time",
    )


PARTS: Mapping[str, Callable[[Databases], Coroutine[Any, Any, list[Measurement]]]] = {
    "streams": _streams,
    "memory": _memory,
    "formats": formats.measure,
    "compression": compression.measure,
    "graphql": _graphql,
    "cones": _cones,
    "bodies": bodies.measure,
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
    "logins": logins.measure,
    "small": small.measure,
    "start": start.measure,
    "kills": kills.measure,
    "writers": writers.measure,
    "mixed": mixed.measure,
    "hostile": hostile.measure,
    "stalls": stalls.measure,
    "pages": pages.measure,
    "oifits": oifits.measure,
}
COPIES: Mapping[str, tuple[str, ...]] = {
    "streams": (LOCAL,),
    "memory": (LONG,),
    "formats": (LONG,),
    "graphql": (LOCAL,),
    "cones": (LOCAL,),
}
"""Additional hubs that a part needs, by their names in `bench.databases`."""

if __name__ == "__main__":
    sys.exit(main())
