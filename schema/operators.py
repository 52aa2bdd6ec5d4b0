"""The operators that a column can be compared with, each declared once.

From a declaration follow its field in GraphQL's filters (`schema.input_types`), how its operand is read and checked
(`planning.arguments`), how many values it binds (`planning.branches`) and its SQL (`planning.sql`). An operator of an
arity that exists is added by a member of `Op`, and by nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

ENUMERATION = "Enum"
"""Stands for every GraphQL enumeration: a column of codes is one, whatever its type."""
STRING = ("String",)
ORDERED = ("Int", "Long", "Float", "DateTime", *STRING)
EQUATED = (*ORDERED, "Boolean", ENUMERATION)
EVERY = (*EQUATED, "JSON")


LONGEST_PATTERN = 500
"""Characters of a pattern. PostgreSQL compares what stands between two % at each place of the text, and cannot be
stopped meanwhile: 1 000 letters between them take 100 ms of a text of 20 000, while 200 % take 3 ms."""


class Arity(Enum):
    """What an operator is compared with: a number of values to bind, and what a filter is given for them."""

    NONE = (0, "a truth value, which says whether the operator or its opposite is to hold")
    ONE = (1, "the value")
    TWO = (2, "a list of the two: from the first to the second")
    LIST = (1, "a list of any length, bound as one array: equal to any of it")

    @property
    def bound(self) -> int:
        """Number of values that are bound."""
        return self.value[0]


@dataclass(frozen=True, slots=True)
class Operator:
    """The declaration of an operator."""

    graphql: str
    """Its name in GraphQL's filters."""
    arity: Arity
    kinds: Collection[str]
    """GraphQL types of the columns whose filters have it, ENUMERATION among them; none where no filter names it."""
    description: str
    synonym: str = ""
    """Another name in GraphQL's filters, as other servers have it; empty where there is none."""
    symbol: str = ""
    """SQL between the column and its one value; empty where the arity decides the SQL."""
    pattern: bool = False
    """Whether the value is a pattern of LIKE, in which a backslash escapes the next character."""


class Op(Enum):
    """How a column is compared."""

    EQ = Operator("eq", Arity.ONE, EQUATED, "Equal", symbol="=")
    NE = Operator("ne", Arity.ONE, EQUATED, "Not equal", symbol="<>")
    IN = Operator("in", Arity.LIST, EQUATED, "Equal to one of these")
    NULL = Operator("isNull", Arity.NONE, EVERY, "Whether it is null: no value, or one JSON has not, as infinite ones")
    NOT_NULL = Operator("isNotNull", Arity.NONE, (), "The opposite; filters say `isNull: false`")
    ABSENT = Operator("isAbsent", Arity.NONE, (), "Whether it is NULL in SQL, which infinities and NaN are not")
    LT = Operator("lt", Arity.ONE, ORDERED, "Less than", symbol="<")
    LE = Operator("le", Arity.ONE, ORDERED, "Less than or equal", "lte", "<=")
    GT = Operator("gt", Arity.ONE, ORDERED, "Greater than", symbol=">")
    GE = Operator("ge", Arity.ONE, ORDERED, "Greater than or equal", "gte", ">=")
    BETWEEN = Operator("between", Arity.TWO, ORDERED, "Two values: from the first to the second, both included")
    LIKE = Operator(
        "like", Arity.ONE, STRING, "Like a pattern: % any text, _ any character, \\ before either means itself",
        symbol="LIKE", pattern=True,
    )  # fmt: skip
    ILIKE = Operator("ilike", Arity.ONE, STRING, "Like a pattern, whatever the case", symbol="ILIKE", pattern=True)

    @property
    def arity(self) -> Arity:
        """How many values it is compared with."""
        return self.value.arity

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in GraphQL."""
        return (self.value.graphql, self.value.synonym) if self.value.synonym else (self.value.graphql,)

    @property
    def opposite(self) -> "Op":
        """The operator that holds where this one, of no value, does not."""
        return {Op.NULL: Op.NOT_NULL, Op.NOT_NULL: Op.NULL}[self]


BY_NAME = {name: op for op in Op for name in op.names}
"""Operators by their names in GraphQL."""


def operators(kind: str) -> tuple[Op, ...]:
    """The operators of the filters on columns of a GraphQL type, or on those of ENUMERATION."""
    return tuple(op for op in Op if kind in op.value.kinds)
