"""Clauses of a statement as typed nodes: relations of a FROM, queries with order and limit, queries named by WITH."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from sqlglot import exp

from adql.template import CteReference, Node, SqlNode, fragment, name
from schema.spelling import relation_name
from schema.table import Table

# Relations of a FROM


class JoinClause(SqlNode):
    """Two sides of a FROM, and the condition that joins them."""

    arg_types: ClassVar = {"left": True, "right": True, "on": False}


class InnerJoin(JoinClause):
    """Pairs of rows of which the condition is true."""

    template = "{left} JOIN {right} ON {on}"


class LeftJoin(JoinClause):
    """The same, and rows of the left side without a partner."""

    template = "{left} LEFT JOIN {right} ON {on}"


class RightJoin(JoinClause):
    """The same, and rows of the right side without a partner."""

    template = "{left} RIGHT JOIN {right} ON {on}"


class FullJoin(JoinClause):
    """The same, and rows of both sides without a partner."""

    template = "{left} FULL JOIN {right} ON {on}"


class CrossJoin(JoinClause):
    """All pairs of rows: it has no condition."""

    template = "{left} CROSS JOIN {right}"


class NestedJoin(SqlNode):
    """A join that is the right side of another one, in parentheses."""

    arg_types: ClassVar = {"this": True}
    template = "({this})"


class CommaList(SqlNode):
    """Relations with commas between: all combinations of their rows."""

    arg_types: ClassVar = {"expressions": True}
    template = "{expressions}"


def relation(schema: str, table: str, alias: str) -> exp.Table:
    """A table under an alias."""
    return exp.Table(this=name(table), db=name(schema), alias=table_alias(alias))


def hub_relation(table: Table, alias: str) -> exp.Table:
    """A declared table of the hub under an alias."""
    return relation(*relation_name(table, direct=False), alias)


def cte(query: str, alias: str = "") -> CteReference:
    """A query that WITH has named, as a relation: under its own name, or under an alias."""
    return CteReference(this=exp.Identifier(this=query), alias=table_alias(alias) if alias else None)


def derived(query: Node, alias: str) -> exp.Subquery:
    """A query in parentheses under an alias."""
    return exp.Subquery(this=query, alias=table_alias(alias))


def table_alias(alias: str) -> exp.TableAlias:
    """An alias of a relation."""
    return exp.TableAlias(this=exp.Identifier(this=alias))


# Queries


class QueryModifier(SqlNode):
    """A query (`this`) and what is written behind it."""


class OrderedQuery(QueryModifier):
    """A query whose rows are in an order."""

    arg_types: ClassVar = {"this": True, "expressions": True}
    template = "{this} ORDER BY {expressions}"


class OffsetQuery(QueryModifier):
    """A query without its first rows."""

    arg_types: ClassVar = {"this": True, "offset": True}
    template = "{this} OFFSET {offset}"


class LimitedQuery(QueryModifier):
    """The first rows of a query."""

    arg_types: ClassVar = {"this": True, "limit": True}
    template = "{this} LIMIT {limit}"


class SetQuery(SqlNode):
    """Two queries with UNION, INTERSECT or EXCEPT between, perhaps with ALL."""

    arg_types: ClassVar = {"left": True, "operator": True, "right": True}
    template = "({left}) {operator} ({right})"


class CommonTable(SqlNode):
    """A query (`this`) that WITH names."""

    arg_types: ClassVar = {"alias": True, "this": True}
    template = "{alias} AS ({this})"


class WithQuery(SqlNode):
    """A query and the queries that it names."""

    arg_types: ClassVar = {"expressions": True, "this": True}
    template = "WITH {expressions} {this}"


def output(node: Node, alias: str) -> exp.Alias:
    """A value of a select list, under the name that it goes out by."""
    return exp.Alias(this=node, alias=exp.Identifier(this=alias))


def select(outputs: Sequence[Node], **clauses: Any) -> exp.Select:
    """A SELECT; `clauses` are sqlglot's (`from_`, `where`, `group`…), those that are None or empty left out."""
    return exp.Select(expressions=list(outputs), **{key: value for key, value in clauses.items() if value})


def united(queries: Sequence[Node], operator: str) -> Node:
    """Queries with UNION or UNION ALL between, in parentheses where they are several."""
    if len(queries) == 1:
        return queries[0]
    return fragment(f"({f' {operator} '.join(f'{{{number}}}' for number in range(len(queries)))})", *queries)


def with_materialized(query: exp.Select, ctes: Iterable[tuple[str, Node]]) -> None:
    """Give a query its WITH, of queries that PostgreSQL answers once each, before the rest."""
    expressions = [exp.CTE(this=named, alias=table_alias(alias), materialized=True) for alias, named in ctes]
    query.set("with_", exp.With(expressions=expressions))


def take_with(query: Node) -> list[Node]:
    """Take the WITH from a query, whatever order and limit it has; the queries that it names, perhaps none."""
    while isinstance(query, QueryModifier):
        query = query.this
    named = query.args.get("with_") if isinstance(query, exp.Select) else None
    if named is None:
        return []
    query.set("with_", None)
    return list(named.expressions)
