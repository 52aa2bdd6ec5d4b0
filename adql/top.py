"""TOP of an order, so written that it hangs on no guess of where in the order its rows are (`planning.pages`).

`SELECT TOP 10 Name FROM jsdc.star WHERE Vmag < 0 ORDER BY Kmag` becomes

    WITH n1 AS MATERIALIZED (
        SELECT name AS c0, kmag AS o0 FROM (SELECT * FROM jsdc AS t1 ORDER BY kmag LIMIT 5000) AS t1
        WHERE vmag < 0 ORDER BY kmag LIMIT 10)
    SELECT c0 FROM (
        (SELECT * FROM n1 WHERE (SELECT count(*) FROM n1) >= 10)
        UNION ALL
        (SELECT * FROM (SELECT name AS c0, kmag AS o0 FROM jsdc AS t1 WHERE vmag < 0 ORDER BY kmag + 0 LIMIT 10) AS r2
         WHERE (SELECT count(*) FROM n1) < 10)
    ) AS s3 ORDER BY o0
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from adql.checked.typed import TypedExpression
from adql.clauses import LimitedQuery, OrderedQuery, SetQuery, cte, derived, output, select, with_materialized
from adql.context import ResolveContext
from adql.order import OutputColumn, directed, plain_columns
from adql.predicates import Conjunction, Equality, Inequality, InList, InRange, all_of
from adql.size import LARGEST
from adql.template import CteReference, Node, column, fragment
from adql.tree import Term
from planning.pages import LONGEST, reach
from planning.sorting import unindexed
from planning.text_order import TextOrder

RANGES = (Equality, Inequality, InList, InRange)
"""Predicates that an index answers by one range of it, or few."""


@dataclass(frozen=True, slots=True)
class TopSelect:
    """The first rows of one table that satisfy a condition, in an order."""

    outputs: Sequence[OutputColumn]
    source: Node
    """The relation, under its alias."""
    where: Node
    terms: Sequence[Term]
    top: int


@dataclass(frozen=True, slots=True)
class SortedColumns:
    """What rows are sorted by, all of it columns of their table, as each part of a statement says it."""

    terms: Sequence[Term]
    columns: Sequence[TypedExpression]
    order: TextOrder

    def plain(self) -> Iterator[Node]:
        """In terms of the table, so that an index may answer it."""
        return self._directed([one.sql.copy() for one in self.columns])

    def unindexed(self) -> Iterator[Node]:
        """The same, so that none does."""
        templates = [unindexed(one.type, direct=True) if one.type else "{}" for one in self.columns]
        pairs = zip(templates, self.columns, strict=True)
        return self._directed([fragment(template.format("{0}"), one.sql.copy()) for template, one in pairs])

    def outputs(self) -> Iterator[exp.Alias]:
        """In a select list, as o0, o1 and so on."""
        return (output(one.sql.copy(), f"o{at}") for at, one in enumerate(self.columns))

    def of(self, relation: str) -> Iterator[Node]:
        """In terms of a relation with those outputs."""
        return self._directed([column(relation, f"o{at}") for at in range(len(self.columns))])

    def _directed(self, nodes: Sequence[Node]) -> Iterator[Node]:
        for node, one, term in zip(nodes, self.columns, self.terms, strict=True):
            yield directed(node, one.type, self.order, descending=term.descending)


def two_armed(query: TopSelect, context: ResolveContext) -> Node | None:
    """The query as two arms, without its last LIMIT.

    None where an index has its rows together, or may have, and where it would be too large a statement.
    """
    columns = plain_columns(query.terms, query.outputs, context)
    first = columns[0].origin if columns else None
    if first is None or not first.column.indexed or query.top > LONGEST:
        return None
    conditions = query.where.expressions if isinstance(query.where, Conjunction) else [query.where]
    leading = [one for one in conditions if _selects_range(one, columns[0].sql)]
    loose = [one for one in conditions if not _selects_range(one, columns[0].sql)]
    inner = isinstance(query.source, CteReference) or query.where.find(exp.Select)
    if inner or not loose or any(_pins(one, context) for one in loose):
        return None
    compiler = context.compiler
    order = SortedColumns(query.terms, columns, compiler.to.order)
    outputs = [*(output(item.sql.copy(), f"c{at}") for at, item in enumerate(query.outputs)), *order.outputs()]
    walked = reach(query.top, direct=True, by_key=first.column.key)
    walk = _first(_select([fragment("*")], query.source, leading), order.plain(), walked)
    found = _select(outputs, derived(walk, query.source.alias), loose)
    rest = _first(_select(outputs, query.source, conditions), order.unindexed(), query.top)
    near, both = compiler.alias("n"), compiler.alias("s")
    page = _page(rest, near, both, query)
    with_materialized(page, [(near, _first(found, order.plain(), query.top))])
    arranged = OrderedQuery(this=page, expressions=list(order.of(both)))
    return arranged if compiler.size.of(arranged) <= LARGEST else None


def _page(rest: Node, near: str, both: str, query: TopSelect) -> exp.Select:
    """What is near, if that is enough, and else the rest."""
    found = f"(SELECT count(*) FROM {near})"  # noqa: S608 - a name of ours
    arms = SetQuery(
        left=_select([fragment("*")], cte(near), [fragment(f"{found} >= {query.top}")]),
        operator="UNION ALL",
        right=_select([fragment("*")], derived(rest, "r"), [fragment(f"{found} < {query.top}")]),
    )
    return _select([column(both, f"c{at}") for at in range(len(query.outputs))], derived(arms, both), [])


def _select(outputs: Sequence[Node], source: Node, conditions: Sequence[Node]) -> exp.Select:
    where = exp.Where(this=all_of([one.copy() for one in conditions])) if conditions else None
    return select([one.copy() for one in outputs], from_=exp.From(this=source.copy()), where=where)


def _first(query: Node, order: Iterator[Node], rows: int) -> Node:
    return LimitedQuery(this=OrderedQuery(this=query, expressions=list(order)), limit=rows)


def _selects_range(condition: Node, sorted_by: Node) -> bool:
    return isinstance(condition, RANGES) and all(one == sorted_by for one in condition.find_all(exp.Column))


def _pins(condition: Node, context: ResolveContext) -> bool:
    """Whether it leaves the rows of a value of an indexed column: few, or as many as the statistics say."""
    fields = ((relation.alias, field) for relation, field in context.scope.columns)
    indexed = [field.value(alias).sql for alias, field in fields if field.origin and field.origin.column.indexed]
    return isinstance(condition, (Equality, InList)) and any(one in indexed for one in condition.find_all(exp.Column))
