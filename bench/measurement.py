"""One comparison of a run, in words and numbers."""

from dataclasses import dataclass

from bench.timing import Timing


@dataclass(frozen=True, slots=True)
class Measurement:
    """One comparison; without a goal it is there to be known.

    Quantities are written as `bench.quantities` reads them: `522 ms`, `+1.65 ms`, `19× faster`, `121.2 MB`.
    """

    question: str
    ours: str
    peer: str
    theirs: str
    ratio: str
    goal: str = ""
    met: bool | None = None


def not_run(question: str, peer: str, why: str) -> Measurement:
    """A comparison that could not be made."""
    return Measurement(question, "", peer, f"not run: {why}", "")


def milliseconds(value: float) -> str:
    """Write a duration given in milliseconds with three digits or so."""
    return f"{value / 1000:.2f} s" if value >= 2000 else f"{value:.0f} ms" if value >= 100 else f"{value:.2f} ms"


def faster(question: str, ours: Timing, peer: str, theirs: Timing, goal: float | None) -> Measurement:
    """How many times faster than a peer the gateway is; `goal` is the least ratio that will do, if there is one."""
    ratio = ours.times(theirs)
    times = (milliseconds(ours.typical), peer, milliseconds(theirs.typical), f"{float(f'{ratio:.2g}'):g}× faster")
    if goal is None:
        return Measurement(question, *times)
    return Measurement(question, *times, f"≥ {goal:g}", ratio >= goal)


def spaced(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", " ")
