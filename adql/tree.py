"""An ADQL query as it was written: a closed set of nodes that know where they stood. Nothing is looked up yet.

Two nodes are equal that say the same, wherever they stand.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class TextPosition(NamedTuple):
    """Where something stands in a query, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name; one in double quotes keeps its case (ADQL 2.1 section 2.1.2)."""

    text: str
    quoted: bool
    at: TextPosition = field(compare=False)


# Values


@dataclass(frozen=True, slots=True)
class Name:
    """A column, with what it was qualified by."""

    parts: tuple[Identifier, ...]

    @property
    def at(self) -> TextPosition:
        """Where it begins."""
        return self.parts[0].at


@dataclass(frozen=True, slots=True)
class Number:
    """An unsigned number as it was written; a hexadecimal one (`0x…`) too."""

    text: str
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class StringLiteral:
    """A character string, its quotes undone."""

    value: str
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class BooleanLiteral:
    """TRUE or FALSE."""

    value: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Null:
    """NULL as a value."""

    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A value with `+`, `-` or `~` before it."""

    sign: str
    operand: "Value"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two values and `+ - * / || & | ^` between them."""

    operator: str
    left: "Value"
    right: "Value"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function, in upper case: mathematical, geometrical, of sets, of strings, or a user-defined one."""

    function: str
    arguments: tuple["Value | AllColumns", ...]
    at: TextPosition = field(compare=False)
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """CAST (value AS type), the type in upper case with its length, as `VARCHAR` and 20."""

    operand: "Value"
    type: str
    length: int | None
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """CASE, with an operand or without; each WHEN is a value to equal the operand, or a condition."""

    operand: "Value | None"
    branches: tuple[tuple["Value | Condition", "Value"], ...]
    otherwise: "Value | None"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class ScalarSubquery:
    """A query whose one row and column is a value."""

    query: "Query"
    at: TextPosition = field(compare=False)


Value = Name | Number | StringLiteral | BooleanLiteral | Null | Signed | Operation | Call | Cast | Case | ScalarSubquery


# Conditions


@dataclass(frozen=True, slots=True)
class Comparison:
    """`= <> < <= > >=` (`!=` is written `<>` here)."""

    operator: str
    left: Value
    right: Value
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """Whether a value is between two others, ends included."""

    value: Value
    low: Value
    high: Value
    negated: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of some, or one of a query's."""

    value: Value
    choices: "tuple[Value, ...] | Query"
    negated: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Like:
    """LIKE, or ILIKE where case does not matter."""

    value: Value
    pattern: Value
    insensitive: bool
    negated: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class IsNull:
    """IS NULL, IS NOT NULL."""

    value: Value
    negated: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a query has rows."""

    query: "Query"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that does not hold."""

    condition: "Condition"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """AND."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Or:
    """OR."""

    left: "Condition"
    right: "Condition"


Condition = Comparison | Between | In | Like | IsNull | Exists | Not | And | Or


# Relations


@dataclass(frozen=True, slots=True)
class TableName:
    """A table, with what it was qualified by, and its alias."""

    parts: tuple[Identifier, ...]
    alias: Identifier | None
    sample: float | None = None
    """Percentage of its rows that are wanted (TABLESAMPLE); None for all."""

    @property
    def at(self) -> TextPosition:
        """Where it begins."""
        return self.parts[0].at


@dataclass(frozen=True, slots=True)
class Derived:
    """A query in FROM."""

    query: "Query"
    alias: Identifier
    at: TextPosition = field(compare=False)


class JoinKind(StrEnum):
    """How a join treats rows without a partner."""

    INNER = "INNER"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class Join:
    """Two relations: `on` a condition, `using` columns, or `natural` on all columns that both have."""

    kind: JoinKind
    left: "Relation"
    right: "Relation"
    on: Condition | None
    using: tuple[Identifier, ...]
    natural: bool
    at: TextPosition = field(compare=False)


Relation = TableName | Derived | Join


# Queries


@dataclass(frozen=True, slots=True)
class AllColumns:
    """All columns: of everything, or of a table; also the argument of COUNT."""

    qualifier: tuple[Identifier, ...]
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Output:
    """A value of a select list, and its alias."""

    value: Value
    alias: Identifier | None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of ORDER BY: a value, or the number of an output."""

    value: Value | int
    descending: bool
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Select:
    """SELECT … FROM … WHERE … GROUP BY … HAVING; `source` has what a comma separates, at least one."""

    distinct: bool
    top: int | None
    outputs: tuple[Output | AllColumns, ...]
    source: tuple[Relation, ...]
    where: Condition | None
    group: tuple[Value | int, ...]
    having: Condition | None
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class SetOperation:
    """UNION, INTERSECT, EXCEPT; `every` for ALL."""

    operator: str
    every: bool
    left: "Select | SetOperation | Query"
    right: "Select | SetOperation | Query"
    at: TextPosition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Common:
    """A query with a name (WITH), and perhaps names for its columns."""

    name: Identifier
    columns: tuple[Identifier, ...]
    query: "Query"


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: what WITH names, rows, their order, how many are skipped (OFFSET)."""

    common: tuple[Common, ...]
    body: "Select | SetOperation | Query"
    order: tuple[Term, ...]
    offset: int | None
    at: TextPosition = field(compare=False)
