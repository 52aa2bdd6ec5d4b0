"""SQL as a tree of sqlglot's nodes, built by this package alone: nothing that a user wrote is parsed as SQL.

Two kinds of nodes are ours. A `SqlNode` has named parts and a class of its own, and is recognised by `isinstance`: the
predicates (`adql.predicates`) and clauses (`adql.clauses`) that later passes look for. A `SqlTemplate` is opaque text
with places for other nodes: no pass looks into its text.
"""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.generators.postgres import PostgresGenerator

from planning.sql import Place, Places

Node = exp.Expression
HUB_SCHEMA = "gw"
"""Schema of the functions that only the hub has (`sql/hub`)."""


class _Writer(PostgresGenerator):
    TRANSFORMS: ClassVar = dict(PostgresGenerator.TRANSFORMS)

    def __init__(self) -> None:
        super().__init__(dialect="postgres")
        self.places: dict[Place, int] = {}

    def place(self, bound: Place) -> int:
        """The `$n` of what is bound, given in the order of first use."""
        return self.places.setdefault(bound, len(self.places) + 1)


class SqlNode(exp.Expression):
    """A node with named parts, written by the `template` of its class.

    Each part stands in the template under its name. A list of nodes is written with `separator` between; a flag is
    `NOT ` where it is true and nothing where it is false; character strings and numbers are written as they are.
    """

    template: ClassVar[str]
    separator: ClassVar[str] = ", "

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _Writer.TRANSFORMS[cls] = _write

    def write(self, parts: dict[str, Any]) -> str:
        """The node in SQL, of its parts in SQL."""
        return self.template.format(**parts)


def _write(writer: _Writer, node: SqlNode) -> str:
    parts: dict[str, Any] = {}
    for name, part in node.args.items():
        if isinstance(part, exp.Expression):
            parts[name] = writer.sql(part)
        elif isinstance(part, list):
            parts[name] = node.separator.join([writer.sql(member) for member in part])
        else:
            parts[name] = ("NOT " if part else "") if isinstance(part, bool) else part
    return node.write(parts)


class SqlTemplate(exp.Expression):
    """A piece of PostgreSQL that stands in our source, with `{0}` and so on where other nodes go."""

    arg_types: ClassVar = {"this": True, "expressions": False}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _Writer.TRANSFORMS[cls] = _write_template


def _write_template(writer: _Writer, node: SqlTemplate) -> str:
    written: str = node.this.format(*[writer.sql(part) for part in node.expressions])
    return written


class AggregateCall(SqlTemplate):
    """A call of an aggregate: one value of a group of rows, of no rows too."""


class VolatileCall(SqlTemplate):
    """A call that gives another value each time: what holds it may not be asked twice."""


class HubCall(SqlTemplate):
    """A call of a function that only the hub has."""


class RealLiteral(SqlNode):
    """A finite number as a floating one; `this` is its `repr`, `kind` its PostgreSQL type."""

    arg_types: ClassVar = {"this": True, "kind": True}
    template = "CAST({this} AS {kind})"

    @property
    def value(self) -> float:
        """The number."""
        return float(self.this)


class Parameter(exp.Expression):
    """A character string of the query, `text`, by the number that `Compiler.bind` gave it."""

    arg_types: ClassVar = {"this": True, "text": True}


class AskerParameter(exp.Expression):
    """What a right asks for (`planning.rights.value`): `this`, about the catalogue `name`, as a `kind` of value."""

    arg_types: ClassVar = {"this": True, "name": True, "kind": True}


class CteReference(exp.Table):
    """A query that WITH has named, as a relation: `k1`, or `w1 AS s2` where it has an alias."""


_Writer.TRANSFORMS[SqlTemplate] = _write_template
_Writer.TRANSFORMS[CteReference] = _Writer.table_sql
_Writer.TRANSFORMS[Parameter] = lambda writer, node: f"CAST(${writer.place(node.this)} AS text)"
_Writer.TRANSFORMS[AskerParameter] = lambda writer, node: (
    f"CAST(${writer.place((node.this, node.args['name']))} AS {node.args['kind']})"
)


def dismantle(tree: Node) -> None:
    """Take a tree apart that nobody needs any more.

    Its nodes know their parents: else it would be left to the collector of garbage, for which the process stands still,
    0.1 s after 100 kB of ADQL. Other threads have their turn here.
    """
    for node in tuple(tree.walk()):
        node.parent = None
        node.args.clear()


def text(node: Node) -> tuple[str, Places]:
    """The statement that a tree is, and what to bind to its `$1`, `$2` and so on: strings by their numbers."""
    writer = _Writer()
    return writer.generate(node, copy=False), tuple(writer.places)


def fragment(template: str, *parts: Node) -> SqlTemplate:
    """A piece of SQL that no pass looks into; it brings its own parentheses where what stands around could tear it.

    >>> text(fragment("({0} + {1})", column("t1", "vmag"), fragment("1")))[0]
    '(t1."vmag" + 1)'
    """
    return SqlTemplate(this=template, expressions=list(parts))


def hub_call(function: str, *arguments: Node) -> HubCall:
    """A call of a function of `sql/hub`: `hub_call("area", region)` is `gw.area(region)`."""
    listed = ", ".join(f"{{{number}}}" for number in range(len(arguments)))
    return HubCall(this=f"{HUB_SCHEMA}.{function}({listed})", expressions=list(arguments))


def literal(text: str) -> str:
    """A text of our own as a template without places: its braces stand for themselves."""
    return text.replace("{", "{{").replace("}", "}}")


def cast(node: Node, kind: str) -> Node:
    """A value as one of a PostgreSQL type."""
    return fragment(f"CAST({{0}} AS {kind})", node)


def real(value: float, kind: str = "double precision") -> RealLiteral:
    """A finite number that PostgreSQL takes for a floating one, whole or not."""
    return RealLiteral(this=repr(value), kind=kind)


def name(identifier: str) -> exp.Identifier:
    """A name in double quotes, so that it is no keyword and keeps its case."""
    return exp.Identifier(this=identifier, quoted=True)


def column(relation: str, identifier: str) -> exp.Column:
    """A column of a relation, by the relation's alias."""
    return exp.Column(this=name(identifier), table=exp.Identifier(this=relation))
