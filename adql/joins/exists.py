"""EXISTS that one equality ties to the query around it, as the column IN a query that it is: that can be reduced.

Both are true of the same rows. Where EXISTS is false IN may be NULL, which makes no difference among conditions that
must all be true.
"""

from sqlglot import exp

from adql.joins.graph import EQUAL, WITHIN, aliases, conjuncts
from adql.template import Node, SqlTemplate, joined, made, output

EXISTS = "(EXISTS ({0}))"
LOOKED_AT = {"kind", "hint", "distinct", "expressions", "from_", "where"}
"""Clauses of a SELECT that may be there: others decide whether it has rows."""


def rewrite(condition: Node) -> None:
    """Write `x IN (SELECT a …)` for each `EXISTS (SELECT … WHERE a = x AND …)` that must hold for a condition to."""
    for each in list(conjuncts(condition)):
        if isinstance(each, SqlTemplate) and each.this == EXISTS:
            found = _within(each.expressions[0])
            if found:
                each.replace(found)


def _within(select: Node) -> SqlTemplate | None:
    if not isinstance(select, exp.Select) or not _has_rows_alone(select):
        return None
    inside = {each.alias for each in select.find_all(exp.Table, exp.Subquery)}
    ties: list[Node] = []
    alone: list[Node] = []
    for each in conjuncts(select.args["where"].this):
        (alone if aliases(each) <= inside else ties).append(each)
    tie = ties[0] if len(ties) == 1 else None
    ends = tie.expressions if isinstance(tie, SqlTemplate) and tie.this == EQUAL else ()
    columns = sorted((end for end in ends if isinstance(end, exp.Column)), key=lambda end: end.table in inside)
    if [end.table in inside for end in columns] != [False, True]:
        return None
    outer, inner = columns
    return made(WITHIN, outer.copy(), _values(select, inner, alone))


def _values(select: exp.Select, column: Node, conditions: list[Node]) -> exp.Select:
    """The values that a column has where some of its query's conditions are true."""
    values = select.copy()
    values.set("expressions", [output(column.copy(), "c0")])
    known = exp.Where(this=joined(" AND ", [each.copy() for each in conditions])) if conditions else None
    values.set("where", known)
    return values


def _has_rows_alone(select: exp.Select) -> bool:
    """Whether it has rows where FROM and WHERE give some: an aggregate has one of none."""
    if not select.args.get("where") or any(told for clause, told in select.args.items() if clause not in LOOKED_AT):
        return False
    return not any("(" in piece.this for each in select.expressions for piece in each.find_all(SqlTemplate))
