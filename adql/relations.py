"""FROM: its relations and joins as nodes, and the names that they bring into scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from adql.checked.catalogue import same, spelled
from adql.checked.comparing import common_type, compared
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation, Visible, fields
from adql.checked.typed import TypedExpression, coerced, shared_metadata
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
from adql.same_rows import same_rows
from adql.template import Node as Sql
from adql.template import VolatileCall, fragment, literal, real
from adql.tree import And, Comparison, Condition, Derived, Identifier, Join, JoinKind, TableName
from adql.tree import Relation as Node
from planning.rights import beside
from schema.catalog import suggestion
from schema.spelling import relation_name
from schema.table import Table
from schema.views import source_query

SAMPLED_BLOCKS = "SELECT * FROM {0} TABLESAMPLE SYSTEM ({1})"
"""About so many percent of the rows: those of blocks that are chosen at random, without looking at the others."""
SAMPLED_ROWS = "SELECT * FROM {0} WHERE random() < {1} / 100"
"""The same of what PostgreSQL takes no sample of, as of a foreign table: each row is looked at."""
JOINS = {JoinKind.INNER: InnerJoin, JoinKind.LEFT: LeftJoin, JoinKind.RIGHT: RightJoin, JoinKind.FULL: FullJoin}


@dataclass(frozen=True, slots=True)
class From:
    """A relation or a join of a FROM, with the columns that it brings into scope."""

    sql: Sql
    relations: tuple[ScopeRelation, ...]
    columns: tuple[Visible, ...]

    def scope(self, outer: Scope) -> Scope:
        """The scope of a query over it; `outer` is that of the query around."""
        return Scope(self.relations, self.columns, outer)


def source(nodes: Sequence[Node], context: ResolveContext) -> From:
    """Compile a FROM clause: its tables and joins become SQL, their columns come into scope.

    Parameters
    ----------
    nodes
        The items that commas separate, in order.
    context
        Of the query; its `scope` is that of the enclosing query.

    Raises
    ------
    AdqlError
        A table is not known, two have one name, or a join cannot be done.
    """
    parts = [_relation(node, context) for node in nodes]
    if len(parts) == 1:
        return parts[0]
    from_clause = _beside(parts, nodes)
    return replace(from_clause, sql=CommaList(expressions=[side.sql for side in parts]))


def _beside(parts: Sequence[From], nodes: Sequence[Node]) -> From:
    relations = tuple(one for side in parts for one in side.relations)
    seen: set[str] = set()
    for one in relations:
        name = one.names[0]
        key = ".".join(side.text.lower() for side in reversed(one.names))
        if key in seen:
            raise AdqlError(f"{name.text} is the name of two tables of this FROM", nodes[-1].at, "give one an alias")
        seen.add(key)
    return From(parts[0].sql, relations, tuple(one for side in parts for one in side.columns))


def _relation(node: Node, context: ResolveContext) -> From:
    match node:
        case TableName():
            return _table(node, context)
        case Derived():
            query = context.compiler.query(node.query, context)
            alias = context.compiler.alias("s")
            return _single(derived(query.sql, alias), ScopeRelation(alias, (node.alias,), query.fields), context)
        case Join():
            return _join(node, context)


def _single(sql: Sql, relation_scope: ScopeRelation, context: ResolveContext) -> From:
    sizes = context.compiler.size.columns
    sizes |= {(relation_scope.alias, field.sql): field.size for field in relation_scope.fields if field.size > 1}
    return From(sql, (relation_scope,), tuple((relation_scope, field) for field in relation_scope.fields))


def _table(node: TableName, context: ResolveContext) -> From:
    compiler = context.compiler
    names = (node.alias,) if node.alias else tuple(reversed(node.parts))
    if len(node.parts) == 1:
        for name, sql, columns in context.common:
            if same(node.parts[0], name):
                if node.sample is not None:
                    hint = "tables have samples: take it in the query that WITH names"
                    raise AdqlError(f"there are no samples of {spelled(node.parts)}", node.at, hint)
                alias = context.compiler.alias("s")
                compiler.size.read(1, node.at)
                return _single(cte(sql, alias), ScopeRelation(alias, names, columns), context)
    table = compiler.catalogue.table(node.parts)
    compiler.size.read(_relations(table.relation), node.at)
    compiler.tables[table.relation] = None
    alias, direct = compiler.alias("t"), compiler.backend is not None
    relation_scope = ScopeRelation(alias, names, fields(table, direct=direct))
    query = table.rows_query or source_query(table.relation, direct=direct) or beside(table.relation, direct=direct)
    read: Sql = (
        derived(fragment(literal(query)), alias)
        if query
        else relation(*relation_name(table.relation, direct=direct), alias)
    )
    if node.sample is not None:
        read = derived(_sample(read, node, table.relation, blocks=direct and not query), alias)
        compiler.varies = True
    return _single(read, relation_scope, context)


def _sample(rows: Sql, node: TableName, table: Table, *, blocks: bool) -> Sql:
    """The query of a sample of a table; `blocks` where PostgreSQL has its blocks at hand. Raises `AdqlError`."""
    if table.branches or table.definition:
        hint = "it is a view: of the tables that it is made of there are samples"
        raise AdqlError(f"there are no samples of {spelled(node.parts)}", node.at, hint)
    template = SAMPLED_BLOCKS if blocks and not table.view else SAMPLED_ROWS
    return VolatileCall(this=template, expressions=[rows, real(node.sample or 0)])


def _relations(table: Table) -> int:
    """How many relations a table is made of: of a view, those that it joins, of all its branches."""
    if table.branches:
        return sum(_relations(branch.table) + len(branch.known) for branch in table.branches)
    return 1 + len(table.definition.joined) if table.definition else 1


def _join(node: Join, context: ResolveContext) -> From:
    left, right = _relation(node.left, context), _relation(node.right, context)
    shared_names = [] if node.on is not None else _common(node, left, right)
    if same_rows(node, shared_names, context):
        right = _within(left.relations[0].alias, right, context)
    right_sql = NestedJoin(this=right.sql) if isinstance(node.right, Join) else right.sql
    both = _beside([left, right], [node.left, node.right])
    if right.relations[0].alias == left.relations[0].alias:
        return both if node.on is not None else _using(node, shared_names, left, right, both)[1]
    if node.on is not None:
        inside = replace(context, scope=both.scope(context.scope), clause="ON")
        on = context.compiler.condition(node.on, inside)
        if node.kind is JoinKind.FULL:
            _joins(node, left, right, context)
    else:
        if not shared_names:
            return replace(both, sql=CrossJoin(left=left.sql, right=right_sql))
        on, both = _using(node, shared_names, left, right, both)
    return replace(both, sql=JOINS[node.kind](left=left.sql, right=right_sql, on=on))


def _within(alias: str, side: From, context: ResolveContext) -> From:
    """A table as more columns of the relation with this alias, which has the same rows."""
    [scope] = side.relations
    return _single(side.sql, replace(scope, alias=alias), context)


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
    rest = tuple(member for member in both.columns if id(member[1]) not in gone)
    return all_of(conditions), replace(both, columns=(*merged, *rest))


def _only(name: Identifier, side: From) -> Visible:
    matching = [visible for visible in side.columns if same(name, visible[1].name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise AdqlError(f"{spelled([name])} is the name of several columns of one side", name.at, "join them by ON")
    known = [field.name.lower() for _, field in side.columns]
    hint = suggestion(name.text.lower(), known).removeprefix("; ")
    raise AdqlError(f"there is no column {spelled([name])} on both sides", name.at, hint)


def _merged(node: Join, name: str, one: TypedExpression, two: TypedExpression) -> ScopeColumn:
    if node.kind is JoinKind.FULL:
        scalar = common_type([one, two], node.at)
        sql = fragment("COALESCE({0}, {1})", coerced(one, scalar), coerced(two, scalar))
        return ScopeColumn(name, "", scalar, shared_metadata([one.metadata, two.metadata]), merged=sql)
    kept = two if node.kind is JoinKind.RIGHT else one
    return ScopeColumn(name, "", kept.type, kept.metadata, kept.origin, merged=kept.sql)


def _joins(node: Join, left: From, right: From, context: ResolveContext) -> None:
    """Refuse a FULL JOIN that PostgreSQL has no way to do: it wants a value of one side equal to one of the other."""
    assert node.on is not None  # noqa: S101 - told to mypy
    for conjunct in _conjuncts(node.on):
        if isinstance(conjunct, Comparison) and conjunct.operator == "=":
            sides = [_sides(value, left, right, context) for value in (conjunct.left, conjunct.right)]
            if sides in (["left", "right"], ["right", "left"]):
                return
    raise AdqlError("a FULL JOIN wants columns of both sides that are equal", node.at)


def _sides(value: object, left: From, right: From, context: ResolveContext) -> str:
    for name, side in (("left", left), ("right", right)):
        inside = replace(context, scope=side.scope(Scope((), ())), clause="ON")
        mark = len(context.compiler.lookups)
        try:
            context.compiler.value(value, inside)  # type: ignore[arg-type]
        except AdqlError:
            continue
        if len(context.compiler.lookups) > mark:
            return name
    return ""


def _conjuncts(node: Condition) -> Iterator[Condition]:
    if isinstance(node, And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
