"""SQL as a tree of sqlglot's nodes, all made here or by those who call this: nothing that a user wrote is parsed."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.generators.postgres import PostgresGenerator

Node = exp.Expression


class SqlTemplate(exp.Expression):
    """A piece of PostgreSQL that stands in our source, with `{0}` and so on where other nodes go."""

    arg_types: ClassVar = {"this": True, "expressions": False}


class Parameter(exp.Expression):
    """A character string of the query, by the number that it was given as it was read."""

    arg_types: ClassVar = {"this": True}


class _Writer(PostgresGenerator):
    TRANSFORMS: ClassVar = {
        **PostgresGenerator.TRANSFORMS,
        SqlTemplate: lambda self, node: node.this.format(*(self.sql(part) for part in node.expressions)),
        Parameter: lambda self, node: f"CAST(${self.place(node.this)} AS text)",
    }

    def __init__(self) -> None:
        super().__init__(dialect="postgres")
        self.places: dict[int, int] = {}

    def place(self, number: int) -> int:
        """Where a string is among those that are bound."""
        return self.places.setdefault(number, len(self.places) + 1)


def text(node: Node) -> tuple[str, tuple[int, ...]]:
    """The statement that a tree is, and the numbers of the strings that it wants, as $1 and so on."""
    writer = _Writer()
    return writer.generate(node, copy=False), tuple(writer.places)


def made(template: str, *parts: Node) -> SqlTemplate:
    """A piece of SQL; what could be torn apart by what stands around it brings its own parentheses."""
    return SqlTemplate(this=template, expressions=list(parts))


def literal(text: str) -> str:
    """A text of our own as a template that has no place for anything."""
    return text.replace("{", "{{").replace("}", "}}")


def joined(separator: str, parts: Sequence[Node]) -> Node:
    """Parts with ` AND `, ` OR ` or a comma between them, in parentheses where they are several."""
    if len(parts) == 1:
        return parts[0]
    return made(f"({separator.join(f'{{{number}}}' for number in range(len(parts)))})", *parts)


def every(conditions: Sequence[Node]) -> Node:
    """All of some conditions, once more."""
    return joined(" AND ", [each.copy() for each in conditions]) if conditions else made("true")


def cast(node: Node, kind: str) -> Node:
    """A value as one of a PostgreSQL type."""
    return made(f"CAST({{0}} AS {kind})", node)


def real(value: float, kind: str = "double precision") -> Node:
    """A finite number that PostgreSQL takes for a floating one, whole or not."""
    return made(f"CAST({value!r} AS {kind})")


def name(identifier: str) -> exp.Identifier:
    """A name, quoted so that it is no keyword."""
    return exp.Identifier(this=identifier, quoted=True)


def column(relation: str, identifier: str) -> exp.Column:
    """A column of a relation by its alias."""
    return exp.Column(this=name(identifier), table=exp.Identifier(this=relation))


def relation(schema: str, table: str, alias: str) -> exp.Table:
    """A table under an alias."""
    return exp.Table(this=name(table), db=name(schema), alias=_alias(alias))


def named(query: str, alias: str) -> exp.Table:
    """What WITH has named, under an alias."""
    return exp.Table(this=exp.Identifier(this=query), alias=_alias(alias))


def derived(query: Node, alias: str) -> exp.Subquery:
    """A query under an alias."""
    return exp.Subquery(this=query, alias=_alias(alias))


def output(node: Node, alias: str) -> exp.Alias:
    """A value under the name that it goes out by."""
    return exp.Alias(this=node, alias=exp.Identifier(this=alias))


def select(outputs: Sequence[Node], **clauses: Any) -> exp.Select:
    """A SELECT; `clauses` are sqlglot's, without those that are None or empty."""
    return exp.Select(expressions=list(outputs), **{key: value for key, value in clauses.items() if value})


def with_materialized(query: exp.Select, common: Iterable[tuple[str, Node]]) -> None:
    """Give a query its WITH, of queries that are each answered once."""
    each = [exp.CTE(this=common_query, alias=_alias(name), materialized=True) for name, common_query in common]
    query.set("with_", exp.With(expressions=each))


def without_common(query: Node) -> list[Node]:
    """Take the WITH from a query, with its order or without."""
    while isinstance(query, SqlTemplate) and query.this.startswith("{0} "):
        query = query.expressions[0]
    common = query.args.get("with_") if isinstance(query, exp.Select) else None
    if common is None:
        return []
    query.set("with_", None)
    return list(common.expressions)


def _alias(alias: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.Identifier(this=alias))
