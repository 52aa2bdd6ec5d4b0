"""Conditions on a union's key, as conditions on the key of a branch, which has an index.

The union's key is text that no source has (`planning.branches`): a branch would spell it for each of its rows. So

    FROM ivoa.obscore AS t1 WHERE (t1.obs_publisher_did = 'ivo://jmmc.fr/oidb?000000000042')

is, of OiDB's branch, `t1.id IN (42)` as well; of the others no row is asked at all.
"""

from datetime import datetime

from sqlglot import exp

from adql.joins.graph import JoinRelation
from adql.predicates import Equality, InList
from adql.template import Node, Parameter, column, fragment
from planning.branches import read
from schema.table import Branch


def own_key_conditions(branch: Branch, union: JoinRelation) -> list[Node] | None:
    """What the filters of a union imply of a branch's own key; None where no row of the branch can have such a key."""
    conditions: list[Node] = []
    for condition in union.filters:
        keys = _keys(condition, union)
        values = [value for key in keys if (value := _own_value(branch, key)) is not None]
        if keys and not values:
            return None
        if values:
            conditions.append(InList(this=column(union.alias, branch.own.sql), negated=False, expressions=values))
    return conditions


def _keys(condition: Node, union: JoinRelation) -> list[Parameter]:
    """The keys of which a row must have one; empty where a condition is another one."""
    match condition:
        case Equality():
            tested, values = condition.args["left"], [condition.args["right"]]
            if isinstance(tested, Parameter):
                tested, values = values[0], [tested]
        case InList() if not condition.args.get("negated"):
            tested, values = condition.this, condition.expressions
        case _:
            return []
    keys = [value for value in values if isinstance(value, Parameter)]
    return keys if len(keys) == len(values) and _is_key(tested, union) else []


def _is_key(tested: Node, union: JoinRelation) -> bool:
    assert union.table  # noqa: S101 - for mypy: it has branches
    return isinstance(tested, exp.Column) and (tested.table, tested.name) == (union.alias, union.table.key.sql)


def _own_value(branch: Branch, key: Parameter) -> Node | None:
    """A branch's own key in a key of the union; None where it is not one of this branch."""
    value = read(branch, key.args["text"])
    match value:
        case None:
            return None
        case int():
            return fragment(str(value))
        case datetime():
            return fragment(f"CAST('{value.isoformat()}' AS {branch.own.type.sql})")
        case _:
            return fragment(f"substr({{0}}, {len(branch.prefix) + 1})", key.copy())
