"""What semi-joins add to a statement: queries for its WITH, and conditions of its relations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from adql.clauses import cte, united, with_materialized
from adql.joins.graph import JoinRelation, references
from adql.joins.pairs import Pairs
from adql.predicates import all_of
from adql.template import CteReference, Node, fragment


@dataclass(slots=True)
class SemiJoinPlan:
    """What is added to a statement."""

    alias: Callable[[str], str]
    """A name with a prefix that nothing else in the statement has."""
    ctes: list[tuple[str, Node]] = field(default_factory=list)
    """Queries for its WITH, by name."""
    conditions: dict[JoinRelation, list[Node]] = field(default_factory=dict)
    """What leaves out rows of a relation, true of every row that can be in the result."""
    sent: dict[JoinRelation, Node] = field(default_factory=dict)
    """The one of these that is of keys of another relation."""
    pairs: dict[JoinRelation, list[Pairs]] = field(default_factory=dict)
    """What a relation is joined with before everything else."""
    reduced: set[JoinRelation] = field(default_factory=set)
    """Relations whose rows are to be left out where they are fetched, and not only where their keys are."""

    def values(self, relation: JoinRelation, values: Mapping[str, Node], *, distinct: bool = True) -> Node:
        """A query of values, by name, of the rows of a relation that can be in the result."""
        listed = ", ".join(f"{{{place}}} AS {name}" for place, name in enumerate(values, 2))
        last = f" GROUP BY {', '.join(str(place) for place in range(1, len(values) + 1))}" if distinct else ""
        text = f"SELECT {listed} FROM {{0}} WHERE {{1}}{last}"  # noqa: S608 - names of ours
        queries = []
        for node in relation.copies():
            where = copied(*relation.filters, *self.conditions.get(relation, ()))
            queries.append(fragment(text, node, where, *(value.copy() for value in values.values())))
        return united(queries, "UNION")

    def name_query(self, prefix: str, query: Node) -> CteReference:
        """Add a query to the statement's WITH; the relation that it is there."""
        name = self.alias(prefix)
        self.ctes.append((name, query))
        return cte(name)

    def restrict(self, relation: JoinRelation, condition: Node) -> None:
        """Note what leaves out rows of a relation."""
        self.conditions.setdefault(relation, []).append(condition)

    def write_queries(self, select: exp.Select) -> None:
        """Give a SELECT its WITH: of the named queries those that it asks, or that these ask in turn."""
        used: list[tuple[str, Node]] = []
        names = references([select])
        for name, query in reversed(self.ctes):
            if name in names:
                used.insert(0, (name, query))
                names |= references([query])
        if used:
            with_materialized(select, used)


def copied(*conditions: Node) -> Node:
    """All of some conditions, for another place in the statement."""
    return all_of([condition.copy() for condition in conditions])
