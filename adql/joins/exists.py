"""EXISTS that one equality ties to the query around it becomes `IN (query)`, which the other passes can push down.

    FROM jsdc.star AS s
    WHERE EXISTS (SELECT * FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id AND i.method = 1)

becomes

    FROM jsdc.star AS s
    WHERE s.jsdc_id IN (SELECT i.star_id AS c0 FROM crossid.granule AS i WHERE i.method = 1)

Both are true of the same rows. Where EXISTS is false, IN may be NULL: among conditions that must all be true, that is
the same. It stays as it is where more than one condition looks at the query around, where that one is no equality of
two columns, and where the rows of the query are not simply those of its FROM and WHERE: with GROUP BY, TOP, or an
aggregate, which has a row of no rows.
"""

from sqlglot import exp

from adql.clauses import output
from adql.joins.graph import RELATIONS, qualifiers
from adql.predicates import Equality, ExistsQuery, InQuery, all_of, conjuncts
from adql.template import AggregateCall, Node

CLAUSES = {"kind", "hint", "distinct", "expressions", "from_", "where"}
"""Clauses that the SELECT in EXISTS may have: others decide whether it has rows."""


def rewrite_exists(condition: Node) -> None:
    """Replace, in a WHERE, each EXISTS that must be true for it to be and that can be said by IN."""
    for conjunct in list(conjuncts(condition)):
        if isinstance(conjunct, ExistsQuery):
            membership = _as_in_query(conjunct.args["query"])
            if membership:
                conjunct.replace(membership)


def _as_in_query(select: Node) -> InQuery | None:
    if not isinstance(select, exp.Select) or not _has_plain_rows(select):
        return None
    inside = {relation.alias for relation in select.find_all(*RELATIONS)}
    correlated: list[Node] = []
    closed: list[Node] = []
    for conjunct in conjuncts(select.args["where"].this):
        (closed if qualifiers(conjunct) <= inside else correlated).append(conjunct)
    if len(correlated) != 1 or not isinstance(correlated[0], Equality):
        return None
    sides = [side for side in correlated[0].sides if isinstance(side, exp.Column)]
    columns = sorted(sides, key=lambda column: column.table in inside)
    if [column.table in inside for column in columns] != [False, True]:
        return None
    outer, inner = columns
    return InQuery(this=outer.copy(), query=_values(select, inner, closed))


def _values(select: exp.Select, column: exp.Column, conditions: list[Node]) -> exp.Select:
    """The values that a column of a query has in the rows that some of its conditions leave."""
    values = select.copy()
    values.set("expressions", [output(column.copy(), "c0")])
    where = exp.Where(this=all_of([condition.copy() for condition in conditions])) if conditions else None
    values.set("where", where)
    return values


def _has_plain_rows(select: exp.Select) -> bool:
    """Whether it has a row for each that its FROM and WHERE give, and no other."""
    if not select.args.get("where") or any(part for clause, part in select.args.items() if clause not in CLAUSES):
        return False
    return not any(value.find(AggregateCall) for value in select.expressions)
