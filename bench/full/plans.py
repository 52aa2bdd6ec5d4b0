"""Slow plans as auto_explain writes them into the server's log, and how wrong their estimates were."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AUTO_EXPLAIN: Mapping[str, str | int] = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": 200,
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
}
"""Settings of a server that writes every plan over 200 ms with the rows that it really had; without times of nodes."""
FEWEST = 1000
"""Rows that a node has, planned or real, for its estimate to matter."""
_HEAD = re.compile(r"LOG:  duration: ([\d.]+) ms  plan:$")
_BLOCKING = frozenset({"Sort", "Aggregate", "Hash", "Materialize", "Memoize", "SetOp", "WindowAgg", "Incremental Sort"})
"""Nodes that read all rows below them before they give one."""


@dataclass(frozen=True, slots=True)
class SlowPlan:
    """A statement of more than 200 ms."""

    milliseconds: float
    query: str
    """Its SQL, in one line, cut."""
    factor: float
    """How many times more or fewer rows the worst node had than planned; 1 where none of `FEWEST` rows was wrong."""
    node: str
    """That node: its type, what it reads, planned / real rows."""


class PlanLog:
    """The log of one server, read from where it was left."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mark(self) -> int:
        """Where the log ends now."""
        return self._path.stat().st_size

    def since(self, mark: int) -> Iterator[SlowPlan]:
        """The plans that were written after a mark."""
        with self._path.open("rb") as log:
            log.seek(mark)
            text = log.read().decode(errors="replace")
        return plans_of(text)


def plans_of(log: str) -> Iterator[SlowPlan]:
    """The plans in a piece of a log; one that is cut off is left out."""
    lines = iter([*log.splitlines(), ""])
    line = next(lines, None)
    while line is not None:
        head, line = _HEAD.search(line), next(lines, None)
        if head is None:
            continue
        body = []
        while line is not None and line.startswith("\t"):  # the server indents all lines of a message but the first
            body.append(line)
            line = next(lines, None)
        try:
            document = json.loads("\n".join(body))
        except json.JSONDecodeError:
            continue
        factor, node = max(misestimates(document["Plan"]), default=(1.0, ""))
        yield SlowPlan(float(head[1]), " ".join(str(document.get("Query Text", "")).split())[:300], factor, node)


def misestimates(node: Mapping[str, Any], *, cut: bool = False) -> Iterator[tuple[float, str]]:
    """How wrong each estimate of a plan was, worked out per loop as PostgreSQL tells it.

    `cut` says that a LIMIT above may have ended the node early: too few rows are then no misestimate.

    Example: a node planned to have 3 352 rows that had 5 yields 559 (one row is added to both).
    """
    planned, real, loops = (float(node.get(name, 0)) for name in ("Plan Rows", "Actual Rows", "Actual Loops"))
    if loops and max(planned, real) * loops >= FEWEST and (real > planned or not cut):
        ratio = (planned + 1) / (real + 1)
        what = node.get("Relation Name") or node.get("CTE Name") or node.get("Index Name") or ""
        times = f" × {loops:.0f}" if loops > 1 else ""
        yield max(ratio, 1 / ratio), f"{node['Node Type']} {what}".strip() + f" {planned:.0f} / {real:.0f}{times}"
    below = (cut or node["Node Type"] == "Limit") and node["Node Type"] not in _BLOCKING
    for child in node.get("Plans", ()):
        inner = child.get("Parent Relationship") == "Inner" and node["Node Type"] in {"Merge Join", "Nested Loop"}
        yield from misestimates(child, cut=below or inner)
