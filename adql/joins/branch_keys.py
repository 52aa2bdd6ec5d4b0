"""Conditions on a union's key, as conditions on the key of a branch, which has an index.

The union's key is text that no source has (`planning.branches`): a branch would spell it for each of its rows. So

    FROM ivoa.obscore AS t1 WHERE (t1.obs_publisher_did = 'ivo://jmmc.fr/oidb?000000000042')

is, of OiDB's branch, `t1.id IN (42)` as well; of the others no row is asked at all.

The same of names, which a view looks up for each of its rows: `(t1.obs_collection = 'T CrB')` is

    t1.collection_id = ANY (ARRAY(SELECT n.collection_id FROM oidb.collection AS n WHERE n.title = ANY (ARRAY['T CrB'])
                                  OR … UNION ALL SELECT unnest(ARRAY['T CrB'])))

of OiDB's branch as well: identifiers have an index, and are names themselves where there is no other.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlglot import exp

from adql.joins.graph import JoinRelation
from adql.predicates import Equality, InList
from adql.template import Node, Parameter, column, fragment
from planning.branches import read
from schema.column import Column
from schema.table import Branch, Naming

IDENTIFIED = "{{0}} = ANY (ARRAY(SELECT {key} FROM {table} AS n WHERE {known} UNION ALL SELECT unnest({values})))"
"""Whether something is an identifier of what has one of some names."""


def own_key_conditions(branch: Branch, union: JoinRelation) -> list[Node] | None:
    """What the filters of a union imply of a branch's own key; None where no row of the branch can have such a key."""
    assert union.table  # noqa: S101 - for mypy: it has branches
    conditions = list(_identified(branch, union))
    for condition in union.filters:
        keys = _values(condition, union, union.table.key)
        values = [value for key in keys if (value := _own_value(branch, key)) is not None]
        if keys and not values:
            return None
        if values:
            conditions.append(InList(this=column(union.alias, branch.own.sql), negated=False, expressions=values))
    return conditions


def _identified(branch: Branch, union: JoinRelation) -> Iterator[Node]:
    """What the filters of a union imply of what has names, of one of its branches."""
    named = branch.table.definition.named if branch.table.definition else {}
    for column_, naming in named.items():
        for condition in union.filters:
            if names := _values(condition, union, column_):
                yield _has_name(naming, names, union.alias)


def _has_name(naming: Naming, names: Sequence[Parameter], alias: str) -> Node:
    values = f"ARRAY[{', '.join(f'{{{number}}}' for number in range(1, len(names) + 1))}]"
    known = " OR ".join(f'n."{name.sql}" = ANY ({values})' for name in naming.names)
    text = IDENTIFIED.format(key=f'n."{naming.key.sql}"', table=naming.table.qualified, known=known, values=values)
    return fragment(text, column(alias, naming.identifier.sql), *(name.copy() for name in names))


def _values(condition: Node, union: JoinRelation, of: Column) -> list[Parameter]:
    """The values of a column of which a row must have one; empty where a condition is another one."""
    match condition:
        case Equality():
            tested, values = condition.args["left"], [condition.args["right"]]
            if isinstance(tested, Parameter):
                tested, values = values[0], [tested]
        case InList() if not condition.args.get("negated"):
            tested, values = condition.this, condition.expressions
        case _:
            return []
    bound = [value for value in values if isinstance(value, Parameter)]
    is_tested = isinstance(tested, exp.Column) and (tested.table, tested.name) == (union.alias, of.sql)
    return bound if is_tested and len(bound) == len(values) else []


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
