"""Tables of the same rows, `ivoa.obscore` and `ivoa.obs_radio`, tied by their key: they are one relation."""

from collections.abc import Sequence
from dataclasses import replace

from adql.checked.catalogue import same
from adql.checked.scope import ScopeRelation
from adql.context import ResolveContext
from adql.tree import And, Comparison, Condition, Identifier, Join, JoinKind, Name, Relation, Select, TableName
from schema.table import Table


def tied(node: Select, context: ResolveContext) -> Select:
    """A query in which neighbours that a comma separates and WHERE ties by their key are joined by that condition.

    Examples
    --------
    `FROM obscore AS a, obs_radio AS b WHERE a.obs_publisher_did = b.obs_publisher_did AND a.s_fov < 1` becomes
    `FROM obscore AS a JOIN obs_radio AS b ON a.obs_publisher_did = b.obs_publisher_did WHERE a.s_fov < 1`.
    """
    if len(node.source) == 1:
        return node
    tables, conditions = list(node.source), _all(node.where)
    for place in range(len(tables) - 1, 0, -1):
        for condition in conditions:
            join = _join(tables[place - 1], tables[place], condition)
            if join and same_rows(join, (), context):
                tables[place - 1 : place + 1] = [join]
                conditions.remove(condition)
                break
    return node if len(tables) == len(node.source) else replace(node, source=tuple(tables), where=_both(conditions))


def _all(where: Condition | None) -> list[Condition]:
    """The conditions that are all true of a row, in their order."""
    found: list[Condition] = []
    waiting = [where] if where else []
    while waiting:
        condition = waiting.pop()
        if isinstance(condition, And):
            waiting += [condition.right, condition.left]
        else:
            found.append(condition)
    return found


def _both(conditions: Sequence[Condition]) -> Condition | None:
    if not conditions:
        return None
    first, *rest = conditions
    for condition in rest:
        first = And(first, condition)
    return first


def _join(one: Relation, other: Relation, condition: Condition) -> Join | None:
    """Two tables joined by an equality of a column of each; None for all else."""
    match one, other, condition:
        case TableName(), TableName(), Comparison(operator="=", left=Name() as left, right=Name() as right):
            if any(_of(one, name) and _of(other, second) for name, second in ((left, right), (right, left))):
                return Join(JoinKind.INNER, one, other, condition, (), natural=False, at=one.at)
    return None


def _of(table: TableName, name: Name) -> bool:
    """Whether a name with its table is one of this."""
    names = (table.alias,) if table.alias else tuple(reversed(table.parts))
    return len(name.parts) > 1 and ScopeRelation("", names, ()).called(name.parts[:-1])


def same_rows(node: Join, shared_names: Sequence[Identifier], context: ResolveContext) -> bool:
    """Whether both sides are tables of the same rows, which the join ties by their key: each row to itself."""
    table, other = (_declared(side, context) for side in (node.left, node.right))
    if table is None or other is None or table.relation is not other.relation or not table.branches:
        return False
    if node.on is None:
        return {name.text.lower() for name in shared_names} == {table.key.sql}
    match node.on:
        case Comparison(operator="=", left=Name() as one, right=Name() as two):
            keyed = all(same(name.parts[-1], table.key.sql) and len(name.parts) > 1 for name in (one, two))
            return keyed and one.parts[:-1] != two.parts[:-1]
    return False


def _declared(node: Relation, context: ResolveContext) -> Table | None:
    """The declared table that stands in a FROM; None for a query, and for a name of WITH."""
    if not isinstance(node, TableName):
        return None
    if len(node.parts) == 1 and any(same(node.parts[0], name) for name, *_ in context.common):
        return None
    return context.compiler.catalogue.table(node.parts)
