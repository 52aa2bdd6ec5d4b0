"""How large a statement is once PostgreSQL has pulled its subqueries up: counted while it is compiled, and bounded.

PostgreSQL puts the expression of a subquery's column wherever the column stands, before it plans. So

    SELECT a + a AS a FROM (SELECT a + a AS a FROM (SELECT Vmag + Vmag AS a FROM jsdc.star) AS r) AS s

plans eight columns and seven sums, and forty levels of it more than there is memory for. The same holds for functions
whose SQL repeats an argument (MOD, CASE, places on the sky), which grow before they are even written. The text says
nothing of either; this does: a node counts one and what is in it, a column what it stands for.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from adql.errors import AdqlError
from adql.template import Node, SqlTemplate
from adql.tree import TextPosition

LARGEST = 60_000
"""Nodes of a statement. PostgreSQL plans so many in some 50 ms and 50 MB; the longest list of values is 50 000."""
MOST_RELATIONS = 64
"""Tables that a statement reads, each time that it names one; the tables of a view count one by one."""
CHARACTERS = 8
"""Of SQL that is written out, to a node."""
PLACE = re.compile(r"\{(\d+)\}")


@dataclass(slots=True)
class StatementSize:
    """The size of one statement, as it grows."""

    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    """Size of what a column of a subquery or a view stands for, by the relation's alias and its name in SQL."""
    relations: int = 0
    _known: dict[int, tuple[Node, int]] = field(default_factory=dict)
    """Size of each node that was measured, by its identity; the node is kept, or another might get its identity."""

    def of(self, node: Node) -> int:
        """The size of a node with all that is in it; each node is visited once, however often it stands there."""
        waiting = [node]
        while waiting:
            current = waiting[-1]
            if id(current) in self._known:
                waiting.pop()
                continue
            parts = _parts(current)
            unknown = [part for part, _ in parts if id(part) not in self._known]
            if unknown:
                waiting += unknown
                continue
            own = self._own(current)
            self._known[id(current)] = (current, own + sum(self._known[id(part)][1] * times for part, times in parts))
        return self._known[id(node)][1]

    def _own(self, node: Node) -> int:
        if isinstance(node, exp.Column):
            return self.columns.get((node.table, node.name), 1)
        return 1 + len(node.this) // CHARACTERS if isinstance(node, SqlTemplate) else 1

    def check(self, node: Node, at: TextPosition) -> None:
        """Refuse a node that has become too large, before anything walks through it; raises `AdqlError`."""
        size = self.of(node)
        if size > LARGEST:
            hint = "what is repeated at each level doubles: compute it once, in an uploaded table or in two queries"
            message = f"the query becomes {size} operations once subqueries are resolved, and {LARGEST} are the most"
            raise AdqlError(message if size < 10**12 else "the query becomes far too large", at, hint)

    def read(self, relations: int, at: TextPosition) -> None:
        """Count a relation of a FROM, as the tables that it is made of; raises `AdqlError` past the limit."""
        self.relations += relations
        if self.relations > MOST_RELATIONS:
            hint = f"{relations} of them are in this one" if relations > 1 else ""
            raise AdqlError(f"the query reads more than {MOST_RELATIONS} tables", at, hint)


def _parts(node: Node) -> list[tuple[Node, int]]:
    """What is in a node, and how often each of it is written."""
    if isinstance(node, exp.Column):
        return []
    if isinstance(node, SqlTemplate):
        times = _times(node.this)
        return [(part, times[number]) for number, part in enumerate(node.expressions)]
    return [(part, 1) for part in _held(node)]


def _held(node: Node) -> Iterator[Node]:
    for value in node.args.values():
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, exp.Expression):
                yield part


@lru_cache(maxsize=4096)
def _times(template: str) -> Counter[int]:
    """How often each place of a template is in it."""
    return Counter(int(number) for number in PLACE.findall(template))
