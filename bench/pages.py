"""Pages of filtered and ordered stars, as astronomers ask them: every filter in every order, and none of them slow.

`python -m bench.pages [--every N] URL …` asks each page, or every Nth, of each gateway in turn and prints the slowest:
no page may take more than `SLOW` seconds, and all gateways must give the same rows. The stars are those of `sample`, at
full size.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from statistics import median

import httpx
import orjson

from schema.jsdc import STAR

FILTERS = {
    "V < 0": "{vmag: {lt: 0}}",
    "V < 3": "{vmag: {lt: 3}}",
    "V < 6": "{vmag: {lt: 6}}",
    "V < 9": "{vmag: {lt: 9}}",
    "V > 12": "{vmag: {gt: 12}}",
    "V 5 to 5.1": "{vmag: {between: [5, 5.1]}}",
    "K < -1": "{kmag: {lt: -1}}",
    "K < 4": "{kmag: {lt: 4}}",
    "LDD > 5": "{ldd: {gt: 5}}",
    "LDD > 1": "{ldd: {gt: 1}}",
    "no LDD": "{ldd: {isNull: true}}",
    "parallax > 200": "{plx: {gt: 200}}",
    "parallax > 20": "{plx: {gt: 20}}",
    "spectral type G8Ib": '{spTypeSimbad: {eq: "G8Ib"}}',
    "spectral type M": '{spTypeSimbad: {like: "M%"}}',
    "no spectral type": "{spTypeSimbad: {isNull: true}}",
    "flag 7": "{calFlag: {eq: 7}}",
    "flag 0": "{calFlag: {eq: 0}}",
    "not a calibrator": "{calFlag: {gt: 0}}",
    "name has proxima": '{name: {ilike: "%proxima%"}}',
    "name HD 48": '{name: {like: "HD 48%"}}',
    "small χ², V < 7": "{lddChi2: {lt: 1}, vmag: {lt: 7}}",
    "bright in one band": "{or: [{vmag: {lt: 0}}, {kmag: {lt: -2}}]}",
    "not bright": "{not: {vmag: {lt: 14}}}",
    "infrared excess, K < 3": "{irFlag: {gt: 0}, kmag: {lt: 3}}",
}
"""Conditions on stars, by what they say: of few hits and of many, of columns with an index and without."""
DIRECTIONS = ("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_LAST")
SLOW = 2.0
"""Seconds that no page may take."""
SHOWN = 20
"""Slowest pages that are printed."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A page of stars."""

    title: str
    document: str


def questions() -> Iterator[PageQuestion]:
    """Every filter in the order of every indexed column and direction, and in that of the key."""
    columns = [column.graphql for column in STAR.columns if column.indexed and not column.key]
    for title, where in FILTERS.items():
        for column in columns:
            for direction in DIRECTIONS:
                yield _question(f"{title} by {column} {direction}", where, f"orderBy: [{{{column}: {direction}}}], ")
        yield _question(f"{title} by key", where, "")


def _question(title: str, where: str, order: str) -> PageQuestion:
    columns = "jsdcId name vmag { value } kmag { value } ldd { value }"
    return PageQuestion(title, f"{{ stars(first: 10, {order}where: {where}) {{ nodes {{ {columns} }} }} }}")


def _ask(client: httpx.Client, url: str, question: PageQuestion) -> tuple[float, bytes]:
    """The seconds that a page took, and its answer."""
    start = time.perf_counter()
    answer = client.post(f"{url}/graphql", json={"query": question.document}).json()
    return time.perf_counter() - start, orjson.dumps(answer if "errors" in answer else answer["data"])


def main() -> int:
    """Ask every page of every gateway; 0 if none is slow at the last one and no answers differ."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="ask every Nth page only")
    parser.add_argument("urls", nargs="+", metavar="URL", help="gateways, the one that is measured last")
    options = parser.parse_args()
    times: dict[str, list[float]] = {}
    different = []
    with httpx.Client(timeout=60) as client:
        for question in islice(questions(), None, None, options.every):
            asked = [_ask(client, url, question) for url in options.urls]
            times[question.title] = [seconds for seconds, _ in asked]
            different += [question.title] if len({rows for _, rows in asked if b'"errors"' not in rows}) > 1 else []
    for title, seconds in sorted(times.items(), key=lambda item: -item[1][-1])[:SHOWN]:
        print("  ".join(f"{one:7.3f}" for one in seconds), title)
    each = list(zip(*times.values(), strict=True))
    slow = [sum(one > SLOW for one in seconds) for seconds in each]
    medians = "  ".join(f"{median(seconds):.3f}" for seconds in each)
    print(f"{len(times)} pages; over {SLOW} s: {slow}; medians: {medians} s; answers that differ: {different}")
    return int(slow[-1] > 0 or bool(different))


if __name__ == "__main__":
    sys.exit(main())
