"""The wide set: questions that are valid, plans that are read right, and what counts as a fault."""

import random
from collections import Counter
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from bench.full import adql, chance, faults, kept, page, pages, stars, wide
from bench.full.asking import Answer, fingerprint, rows_of
from bench.full.equality import differs
from bench.full.plans import plans_of
from bench.full.question import Order
from planning.routing import BYTEWISE
from schema import tap_schema
from schema.jsdc import STAR

CATALOGUE = DECLARED.with_tables({table.qualified: table for table in tap_schema.SOURCE.tables})
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
QUESTIONS = list(wide.every(dict.fromkeys(wide.SIZES, b"")))
LOG = """\
2026-11-30 13:00:00.000 UTC [7] LOG:  duration: 250.500 ms  plan:
\t{
\t  "Query Text": "SELECT *\\n FROM jsdc",
\t  "Plan": {"Node Type": "Limit", "Plan Rows": 10, "Actual Rows": 5, "Actual Loops": 1, "Plans": [
\t    {"Node Type": "Index Scan", "Relation Name": "jsdc", "Plan Rows": 3352, "Actual Rows": 5, "Actual Loops": 1},
\t    {"Node Type": "Sort", "Plan Rows": 10, "Actual Rows": 5, "Actual Loops": 1, "Plans": [
\t      {"Node Type": "Seq Scan", "Relation Name": "oidb", "Plan Rows": 5999, "Actual Rows": 11, "Actual Loops": 2},
\t      {"Node Type": "Seq Scan", "Relation Name": "never", "Plan Rows": 9999, "Actual Rows": 0, "Actual Loops": 0}]}]}
\t}
2026-11-30 13:00:01.000 UTC [7] ERROR:  canceling statement due to user request
2026-11-30 13:00:02.000 UTC [7] LOG:  duration: 201.000 ms  plan:
\t{"Query Text": "SELECT 1", "Plan": {"Node Type": "Result", "Plan Rows": 1, "Actual Rows": 1, "Actual Loops": 1}}
2026-11-30 13:00:03.000 UTC [7] LOG:  duration: 999.000 ms  plan:
\t{"Query Text": "cut o"""


def answer(
    seconds: float = 0.1, reason: str = "", failure: str = "", rows: str = "a", cost: int | None = None
) -> Answer:
    return Answer("pages", "{ stars }", reason, seconds, seconds, 1, failure, rows, cost, 0.01)


@pytest.fixture(scope="module")
def offered() -> GraphQLSchema:
    return build_schema(SDL.read_text(), assume_valid=True)


def test_the_set_is_wide() -> None:
    groups = Counter(question.group for question in QUESTIONS)
    assert len({question.name for question in QUESTIONS}) >= 3000
    assert groups["filtered"] >= 428
    assert len(list(adql.astronomers())) >= 60
    columns = {column.graphql for column in STAR.columns if column.type.orderable and not column.deprecated}
    ordered = [question.text for question in pages.pages() if question.text.startswith("{ stars(")]
    assert all(sum(f"{{ {column}: " in text for text in ordered) >= 3 for column in columns)


def test_every_kind_of_document_is_valid(offered: GraphQLSchema) -> None:
    documents = [question.document for question in QUESTIONS if question.document]
    chosen = random.Random(1).sample(documents, 150) + [question.document for question in stars.counted()]  # noqa: S311
    assert [document for document in chosen if validate(offered, parse(document))] == []


def test_every_query_compiles() -> None:
    for question in adql.astronomers():
        compile_query(question.form["QUERY"], CATALOGUE, BYTEWISE)


def test_plans_of_a_log() -> None:
    slow, quick = plans_of(LOG)
    assert (slow.milliseconds, slow.query, slow.factor) == (250.5, "SELECT * FROM jsdc", 500)
    assert slow.node == "Seq Scan oidb 5999 / 11 × 2", "what LIMIT cut short was not guessed wrong"
    assert (quick.factor, quick.node) == (1, "")


def test_rows_of_an_answer() -> None:
    votable = b"<TABLEDATA><TR><TD>1</TD></TR>\n<TR><TD>2</TD></TR></TABLEDATA>"
    assert rows_of(votable, "application/x-votable+xml", {}) == [b"<TR><TD>1</TD></TR>", b"<TR><TD>2</TD></TR>"]
    assert rows_of(b"a\n1\n", "text/csv", {}) == [b"a", b"1"]
    assert rows_of(b"\x00", "application/fits", {}) is None
    priced = {"data": {"a": 1}, "extensions": {"cost": {"requested": 5}}}
    assert rows_of(b"", "application/json", priced) == [b'{"a":1}']
    assert fingerprint(Order.ROWS, [b"1", b"2"]) == fingerprint(Order.ROWS, [b"2", b"1"])
    assert fingerprint(Order.ROWS, [b"1"]) != fingerprint(Order.ROWS, [b"2"])
    assert fingerprint(Order.COUNT, [b"1"]) == fingerprint(Order.COUNT, [b"2"]) == "1 rows"


@pytest.mark.parametrize(
    ("ours", "theirs", "different"),
    [
        (answer(), answer(), False),
        (answer(rows="a"), answer(rows="b"), True),
        (answer(failure="TIMED_OUT", rows=""), answer(), True),
        (answer(), answer(failure="TIMED_OUT", rows=""), False),
    ],
)
def test_builds_that_differ(ours: Answer, theirs: Answer, different: bool) -> None:
    assert differs(ours, theirs) is different


def test_faults() -> None:
    assert not faults.faulty(answer(0.9))
    assert faults.faulty(answer(1.1))
    assert not faults.faulty(answer(1.1, reason="a scan"))
    assert faults.faulty(answer(0.1, reason="a scan", failure="504"))


def test_a_cost_is_honest_within_five_times() -> None:
    assert faults.honesty(answer(0.1, cost=2000)) == pytest.approx(1)
    cheap, dear, right = answer(1.0, cost=200), answer(0.01, cost=2000), answer(0.1, cost=9000)
    assert faults.dishonest([cheap, dear, right, answer(9.0), answer(1.0, failure="x", cost=1)]) == [cheap, dear]


def test_a_run_is_kept_and_written(tmp_path: Path) -> None:
    run = kept.FullRun("wheel", "2026-11-30T13:00", "abc", "PostgreSQL 18", "2 × x", 2_000_000, [answer(2.0, cost=100)])
    kept.keep(run, tmp_path)
    assert kept.load(tmp_path) == [run]
    written = page.written([run])
    assert "| 2.00 s | pages | `{ stars }` | **none** |" in written
    assert "0 of 1 costs are within 5×" in written
    assert "files of PostgreSQL: 2 MB at once" in written


def test_random_questions_are_valid(offered: GraphQLSchema) -> None:
    examples: dict[str, object] = {"Int": 1, "Long": 1, "Float": 1.5, "String": "it's"}
    values = {
        table: {
            column: [examples[column.type.graphql]]
            for column in table.columns
            if column.type.graphql in examples and not column.enumeration
        }
        for table in pages.TABLES
    }
    rng = random.Random(1)  # noqa: S311
    for question in (chance.made(rng, table, values) for table in pages.TABLES for _ in range(8)):
        if question.document:
            assert validate(offered, parse(question.document)) == []
        else:
            compile_query(question.form["QUERY"], CATALOGUE, BYTEWISE)
