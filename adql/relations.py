"""From what stands in FROM to SQL, and to what names may stand for there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from adql.checked.catalogue import same, spelled
from adql.checked.comparing import brought_together, compared
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation, Visible, fields
from adql.checked.typed import TypedExpression, brought, shared
from adql.clauses import (
    CommaList,
    CrossJoin,
    FullJoin,
    InnerJoin,
    LeftJoin,
    NestedJoin,
    RightJoin,
    cte,
    derived,
    relation,
)
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.predicates import Equality, all_of
from adql.template import Node as Sql
from adql.template import fragment, literal
from adql.tree import And, Comparison, Condition, Derived, Identifier, Join, JoinKind, TableName
from adql.tree import Relation as Node
from schema.catalog import suggestion
from schema.spelling import relation_name
from schema.views import stand_in

JOINS = {JoinKind.INNER: InnerJoin, JoinKind.LEFT: LeftJoin, JoinKind.RIGHT: RightJoin, JoinKind.FULL: FullJoin}


@dataclass(frozen=True, slots=True)
class From:
    """A part of a FROM."""

    sql: Sql
    relations: tuple[ScopeRelation, ...]
    columns: tuple[Visible, ...]

    def scope(self, outer: Scope) -> Scope:
        """What names stand for there."""
        return Scope(self.relations, self.columns, outer)


def source(nodes: Sequence[Node], here: ResolveContext) -> From:
    """A whole FROM; `here` is the place of its query. Raises `AdqlError`."""
    parts = [_relation(node, here) for node in nodes]
    if len(parts) == 1:
        return parts[0]
    found = _beside(parts, nodes)
    return replace(found, sql=CommaList(expressions=[part.sql for part in parts]))


def _beside(parts: Sequence[From], nodes: Sequence[Node]) -> From:
    relations = tuple(each for part in parts for each in part.relations)
    seen: set[str] = set()
    for each in relations:
        name = each.names[0]
        key = ".".join(part.text.lower() for part in reversed(each.names))
        if key in seen:
            raise AdqlError(f"{name.text} is the name of two tables of this FROM", nodes[-1].at, "give one an alias")
        seen.add(key)
    return From(parts[0].sql, relations, tuple(each for part in parts for each in part.columns))


def _relation(node: Node, here: ResolveContext) -> From:
    match node:
        case TableName():
            return _table(node, here)
        case Derived():
            query = here.making.query(node.query, here)
            alias = here.making.alias("s")
            return _single(derived(query.sql, alias), ScopeRelation(alias, (node.alias,), query.fields))
        case Join():
            return _join(node, here)


def _single(sql: Sql, found: ScopeRelation) -> From:
    return From(sql, (found,), tuple((found, field) for field in found.fields))


def _table(node: TableName, here: ResolveContext) -> From:
    names = (node.alias,) if node.alias else tuple(reversed(node.parts))
    if len(node.parts) == 1:
        for name, sql, columns in here.common:
            if same(node.parts[0], name):
                alias = here.making.alias("s")
                return _single(cte(sql, alias), ScopeRelation(alias, names, columns))
    making = here.making
    table = making.catalogue.table(node.parts)
    making.tables[table] = None
    alias, direct = making.alias("t"), making.body is not None
    found = ScopeRelation(alias, names, fields(table, direct=direct))
    query = stand_in(table, direct=direct)
    if query:
        return _single(derived(fragment(literal(query)), alias), found)
    return _single(relation(*relation_name(table, direct=direct), alias), found)


def _join(node: Join, here: ResolveContext) -> From:
    left, right = _relation(node.left, here), _relation(node.right, here)
    right_sql = NestedJoin(this=right.sql) if isinstance(node.right, Join) else right.sql
    both = _beside([left, right], [node.left, node.right])
    if node.on is not None:
        inside = replace(here, scope=both.scope(here.scope), clause="ON")
        on = here.making.condition(node.on, inside)
        if node.kind is JoinKind.FULL:
            _joins(node, left, right, here)
    else:
        shared_names = _common(node, left, right)
        if not shared_names:
            return replace(both, sql=CrossJoin(left=left.sql, right=right_sql))
        on, both = _using(node, shared_names, left, right, both)
    return replace(both, sql=JOINS[node.kind](left=left.sql, right=right_sql, on=on))


def _common(node: Join, left: From, right: From) -> list[Identifier]:
    if not node.natural:
        return list(node.using)
    theirs = {field.name.lower() for _, field in right.columns}
    names = dict.fromkeys(field.name for _, field in left.columns if field.name.lower() in theirs)
    return [Identifier(name, quoted=False, at=node.at) for name in names]


def _using(node: Join, names: Sequence[Identifier], left: From, right: From, both: From) -> tuple[Sql, From]:
    """The condition that columns of the same names are equal, and the FROM in which each pair is one column."""
    conditions: list[Sql] = []
    merged: list[Visible] = []
    gone: set[int] = set()
    for name in names:
        (relation_, field), (other, field_) = _only(name, left), _only(name, right)
        one, two = field.value(relation_.alias), field_.value(other.alias)
        first, second = compared(one, two, node.at)
        conditions.append(Equality(left=first, right=second))
        merged.append((relation_, _merged(node, field.name, one, two)))
        gone |= {id(field), id(field_)}
    rest = tuple(each for each in both.columns if id(each[1]) not in gone)
    return all_of(conditions), replace(both, columns=(*merged, *rest))


def _only(name: Identifier, side: From) -> Visible:
    found = [each for each in side.columns if same(name, each[1].name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise AdqlError(f"{spelled([name])} is the name of several columns of one side", name.at, "join them by ON")
    known = [field.name.lower() for _, field in side.columns]
    hint = suggestion(name.text.lower(), known).removeprefix("; ")
    raise AdqlError(f"there is no column {spelled([name])} on both sides", name.at, hint)


def _merged(node: Join, name: str, one: TypedExpression, two: TypedExpression) -> ScopeColumn:
    if node.kind is JoinKind.FULL:
        scalar = brought_together([one, two], node.at)
        sql = fragment("COALESCE({0}, {1})", brought(one, scalar), brought(two, scalar))
        return ScopeColumn(name, "", scalar, shared([one.meaning, two.meaning]), merged=sql)
    kept = two if node.kind is JoinKind.RIGHT else one
    return ScopeColumn(name, "", kept.type, kept.meaning, kept.origin, merged=kept.sql)


def _joins(node: Join, left: From, right: From, here: ResolveContext) -> None:
    """Refuse a FULL JOIN that PostgreSQL has no way to do: it wants a value of one side equal to one of the other."""
    assert node.on is not None  # noqa: S101 - told to mypy
    for each in _conjuncts(node.on):
        if isinstance(each, Comparison) and each.operator == "=":
            sides = [_sides(value, left, right, here) for value in (each.left, each.right)]
            if sides in (["left", "right"], ["right", "left"]):
                return
    raise AdqlError("a FULL JOIN wants columns of both sides that are equal", node.at)


def _sides(value: object, left: From, right: From, here: ResolveContext) -> str:
    for name, side in (("left", left), ("right", right)):
        inside = replace(here, scope=side.scope(Scope((), ())), clause="ON")
        mark = len(here.making.found)
        try:
            here.making.value(value, inside)  # type: ignore[arg-type]
        except AdqlError:
            continue
        if len(here.making.found) > mark:
            return name
    return ""


def _conjuncts(node: Condition) -> Iterator[Condition]:
    if isinstance(node, And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
