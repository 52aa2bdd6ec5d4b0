import pytest

from bench import figures
from bench.figures import FigureError
from bench.measurement import Measurement
from bench.runs import Run, load_runs


def run(minute: int, ratio: str, ours: str, machine: str = "a machine") -> Run:
    cone = Measurement("Cone search, 0.1°", ours, "GAVO DaCHS 2.7", "", ratio)
    return Run(f"2026-11-21T21:{minute:02}", "8b2971c-cones1", machine, 500_000, {"tap": [cone]})


def test_a_figure_is_the_range_of_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = {"cone": figures.PageFigure("tap", "Cone search, 0.1°", against="GAVO DaCHS 2.7")}
    declared["time"] = figures.PageFigure("tap", "Cone search, 0.1°", "ours", "GAVO DaCHS 2.7", slot=1)
    monkeypatch.setattr(figures, "declared", lambda: declared)
    runs = [
        run(1, "19× faster", "3 ms, p99 20 ms"),
        run(2, "6.8× faster", "2 ms, p99 10 ms"),
        run(3, "7.3× faster", ""),
    ]
    texts = figures.texts(runs)
    assert (texts["cone"], texts["time"]) == ("6.8–19×", "10–20 ms")


def test_the_runs_that_ranges_come_from_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    cone = figures.PageFigure("tap", "Cone search, 0.1°", against="GAVO DaCHS 2.7")
    monkeypatch.setattr(figures, "declared", lambda: {"cone": cone})
    runs = [run(1, "19× faster", ""), run(2, "7× faster", ""), run(3, "7.3× faster", "", figures.UNKNOWN_MACHINE)]
    unrelated = Run("2026-11-20T10:00", "abcdef0", "a machine", 500_000, {})
    text = figures.texts([unrelated, *runs])["runs"]
    assert text == "3 runs: 2026-11-21 at `8b2971c`, `8b2971c` on another machine, ratios alone"


def test_all_that_are_declared_were_measured() -> None:
    assert all(figures.texts(load_runs()).values())


def test_a_difference_that_is_never_negative_has_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        figures, "declared", lambda: {"cone": figures.PageFigure("tap", "Cone search, 0.1°", against="GAVO DaCHS 2.7")}
    )
    assert figures.texts([run(1, "+1.61 ms", ""), run(2, "+3.42 ms", "")])["cone"] == "1.61–3.42 ms"


def test_a_page_is_filled() -> None:
    page = "a cone is <!-- figure: cone -->?<!-- /figure --> faster"
    assert figures.filled(page, {"cone": "6.8–19×"}) == "a cone is <!-- figure: cone -->6.8–19×<!-- /figure --> faster"


def test_a_figure_that_is_not_declared_is_named() -> None:
    with pytest.raises(FigureError, match="cone is not in figures"):
        figures.filled("<!-- figure: cone --><!-- /figure -->", {})


def test_a_figure_that_no_run_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "declared", lambda: {"cone": figures.PageFigure("tap", "Cone search, 9°")})
    with pytest.raises(FigureError, match="no run has 'Cone search, 9°'"):
        figures.texts(load_runs())
