from dataclasses import replace
from pathlib import Path

from bench import report, runs
from bench.measurement import Measurement
from bench.runs import KEPT, Run

KEY = ("tap", 500_000, "Cone search, 0.1°", "GAVO DaCHS 2.7")
CONE = Measurement("Cone search, 0.1°", "2.97 ms", "GAVO DaCHS 2.7", "20.31 ms", "6.8× faster", "≥ 5", met=True)


def run(minute: int, *measurements: Measurement, part: str = "tap") -> Run:
    return Run(f"2026-11-21T21:{minute:02}", "8b2971c", "a machine", 500_000, {part: measurements})


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    runs.keep_run(run(1, CONE), tmp_path)
    assert [(one.name, one.measurements()[KEY]) for one in runs.load_runs(tmp_path)] == [
        ("2026-11-21T2101-8b2971c.json", CONE)
    ]


def test_the_last_runs_of_each_question_are_kept(tmp_path: Path) -> None:
    other = replace(CONE, question="Trivial async job")
    runs.keep_run(run(0, other), tmp_path)
    for minute in range(1, KEPT + 3):
        runs.keep_run(run(minute, CONE), tmp_path)
    assert [one.when[-2:] for one in runs.load_runs(tmp_path)] == [
        "00",
        *(f"{minute:02}" for minute in range(3, KEPT + 3)),
    ]


def test_the_last_finding_with_times_is_shown_and_ratios_of_all_count() -> None:
    ratio_alone = replace(CONE, ours="", theirs="", ratio="7.3× faster")
    text = report.results_markdown(
        [run(1, replace(CONE, ours="2.72 ms", ratio="19× faster")), run(2, CONE), run(3, ratio_alone)]
    )
    line = next(line for line in text.splitlines() if line.startswith("| Cone search"))
    assert "2.97 ms | GAVO DaCHS 2.7 | 20.31 ms | 6.8× faster | yes | 2.72–2.97 ms | 6.8–19× faster | 3 |" in line


def test_results_are_those_of_the_runs() -> None:
    assert report.RESULTS.read_text() == report.results_markdown(runs.load_runs())


def test_a_retired_goal_says_what_the_bare_rows_would_reach() -> None:
    nested = Measurement(
        "GraphQL, 100 rows with up to 20 below each, local",
        "8 ms",
        "PostGraphile 5",
        "12 ms",
        "1.5× faster",
        "≥ 4",
        met=False,
    )
    bare = replace(nested, peer="bare `json_agg` endpoint", theirs="5 ms", ratio="0.62× faster", goal="≥ 1")
    text = report.results_markdown([run(1, nested, bare, part="graphql")])
    assert "| PostGraphile 5 | ≥ 4 | 2.4× faster | 1.5× faster |" in text
    assert f"| {nested.question} | retired | 8 ms | PostGraphile 5 | 12 ms | 1.5× faster |  |" in text
