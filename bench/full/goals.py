"""What was slow at full size, and how long it may take now: asked of this build and of an earlier one, side by side."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.full.adql import read
from bench.full.asking import Answer, ask
from bench.full.builds import side_by_side
from bench.full.clusters import FullServer
from bench.full.doors import COLUMNS
from bench.full.question import Question, adql, get, graphql, orderable
from bench.full.wide import lists
from bench.markdown import table
from gateway.door import Doors
from gateway.doors import DOORS
from schema.jsdc import STAR

MARGIN = 1.3
"""How much over its goal a question may be, since machines differ."""
TOUR = 1.0
"""Seconds for each request of the tour, which the README has."""
ALL = 10_000_000
"""MAXREC of questions whose rows are all wanted."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A question and the seconds that it may take; to the first byte where `first`."""

    question: Question
    seconds: float
    first: bool = False

    def taken(self, answer: Answer) -> float:
        """What of an answer counts, in seconds."""
        return answer.first if self.first else answer.seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """A goal, this build's two answers and the other's one."""

    goal: Goal
    once: Answer
    again: Answer
    other: Answer

    @property
    def missed(self) -> bool:
        """Whether the better of our answers failed or is over the goal, with its margin."""
        best = min(self.goal.taken(self.once), self.goal.taken(self.again))
        return bool(self.again.failure) or best > MARGIN * self.goal.seconds


async def compared(server: FullServer, build: Path) -> bool:
    """Ask both builds each question, print the table; whether no goal is missed.

    Parameters
    ----------
    build
        Folder of the other build's packages.
    """
    asked = []
    async with side_by_side(server, build) as (one, other):
        for goal in goals(await lists(server.federation.owner)):
            first = await ask(one, goal.question)
            asked.append(Asked(goal, first, await ask(one, goal.question), await ask(other, goal.question)))
            print(*_row(asked[-1]), sep="  ", file=sys.stderr, flush=True)
    heading = ("Question", "Goal", "This build", "Again", "The other", "Rows")
    print(f"## {server.server}\n\n{table(heading, [_row(row) for row in asked])}")
    return not any(row.missed for row in asked)


def goals(places: Mapping[int, bytes]) -> Iterator[Goal]:
    """Every question that has a goal, over lists of places by their numbers of rows."""
    yield from planned()
    yield from _lists(places)
    form = adql("goals", f"SELECT {COLUMNS} FROM {STAR.qualified}", form="fits", most=ALL)
    yield Goal(form, 1.0, first=True)
    for request in Doors(DOORS).tour:
        if request.body is None:
            yield Goal(get("tour", request.path, **request.query), TOUR)
        elif request.path == "/graphql":
            yield Goal(graphql("tour", orjson.loads(request.body)["query"]), TOUR)


def planned() -> Iterator[Goal]:
    """Those whose statements are the same wherever they are asked: pages by GraphQL, and queries without uploads."""
    yield from _pages()
    yield from _queries()


def _pages() -> Iterator[Goal]:
    page = "{{ stars(first: 10, where: {{ {0} }}, orderBy: [{{ {1} }}]) {{ nodes {{ jsdcId }} }} }}"
    for condition, order in (
        ("vmag: { lt: 0 }", "kmag: ASC"),
        ("vmag: { lt: 6 }", "ldd: ASC"),
        ("kmag: { lt: -1 }", "vmag: DESC"),
        ('spTypeSimbad: { eq: "G8Ib" }', "vmag: ASC"),
        ("calFlag: { eq: 7 }", "kmag: ASC"),
        ('name: { ilike: "HD 48%" }', "vmag: ASC"),
        ("plx: { gt: 200 }", "ldd: ASC"),
    ):
        yield Goal(graphql("goals", page.format(condition, order)), 0.9)
    for column in [column for column in orderable(STAR) if column.indexed][:4]:
        order = f"orderBy: [{{ {column.graphql}: DESC_NULLS_LAST }}]"
        yield Goal(graphql("goals", f"{{ stars(first: 10, {order}) {{ nodes {{ jsdcId }} }} }}"), 0.05)
    yield Goal(graphql("goals", "{ collections(first: 100) { nodes { id granules { nodes { id } } } } }"), 0.44)
    for stars, radius in ((100, 5), (20, 15)):
        below = f"calibrators(radius: {radius}, first: 5) {{ nodes {{ name }} }}"
        yield Goal(graphql("goals", f"{{ stars(first: {stars}) {{ nodes {{ name {below} }} }} }}"), 2.0)


def _queries() -> Iterator[Goal]:
    for query, seconds in read("goals.adql"):
        yield Goal(adql("goals", query, most=ALL), float(seconds))


def _lists(places: Mapping[int, bytes]) -> Iterator[Goal]:
    """Lists by TAP and by X-Match."""
    near = "DISTANCE(u.ra, u.dec, s.raj2000, s.dej2000) < 1/3600."
    pairs = f"SELECT u.id, s.name FROM TAP_UPLOAD.mine AS u LEFT JOIN jsdc.star AS s ON {near}"
    none = f"SELECT u.id FROM TAP_UPLOAD.mine AS u WHERE NOT EXISTS (SELECT * FROM jsdc.star AS s WHERE {near})"
    for query, rows, seconds in ((pairs, 10_000, 1.7), (pairs, 100_000, 4.5), (none, 100, 1.0), (none, 10_000, 8.0)):
        asked = adql("goals", query, most=ALL).uploading("mine", places[rows], f"{rows} places: {query}")
        yield Goal(asked, seconds)
    form = {"REQUEST": "xmatch", "cat2": "jsdc.star", "colRA1": "ra", "colDec1": "dec", "selection": "all"}
    form |= {"distMaxArcsec": "1", "RESPONSEFORMAT": "csv"}
    for rows, seconds in ((10_000, 1.7), (100_000, 4.1)):
        text = f"{rows} places × jsdc.star, all, 1″"
        yield Goal(Question("goals", text, "/xmatch", form, files={"cat1": places[rows]}), seconds)


def _row(asked: Asked) -> tuple[str, ...]:
    taken = asked.goal.taken
    ours = [f"{taken(answer):.2f} s" for answer in (asked.once, asked.again)]
    ours[1] += f" **{asked.again.failure or 'over'}**" if asked.missed else ""
    theirs = asked.other.failure or f"{taken(asked.other):.2f} s"
    same = "" if asked.other.failure else "same" if asked.again.rows == asked.other.rows else "others"
    return (f"`{' '.join(asked.goal.question.text.split())}`", f"{asked.goal.seconds:g} s", *ours, theirs, same)
