"""Queries of every kind over two small tables, grown by chance and always sound, as trees."""

from random import Random

from adql import tree
from adql.tree import TextPosition

AT = TextPosition(1, 1)
TABLES = {
    "a": {"id": "whole", "k": "whole", "x": "number", "s": "text"},
    "b": {"n": "whole", "k": "whole", "y": "number", "t": "text"},
}
TEXTS = ["", "p", "pq", "Pq", "q_", "r%", "it's"]
PATTERNS = ["%", "p%", "_q", "%Q", "q_", "\\%", ""]
Columns = dict[tuple[str, ...], str]
"""What may be named, and its kind."""


def identifier(text: str) -> tree.Identifier:
    return tree.Identifier(text, quoted=False, at=AT)


def name(parts: tuple[str, ...]) -> tree.Name:
    return tree.Name(tuple(map(identifier, parts)))


class Grower:
    """One query as it grows."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311
        self.aliases = 0

    def often(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def alias(self) -> str:
        self.aliases += 1
        return f"q{self.aliases}"

    # Values

    def value(self, kind: str, columns: Columns, depth: int) -> tree.Value:
        if kind == "number" and self.often(0.3):
            kind = "whole"
        known = [parts for parts, of in columns.items() if of == kind]
        if known and (depth <= 0 or self.often(0.5)):
            return name(self.random.choice(known))
        if depth <= 0 or self.often(0.2):
            return self.constant(kind)
        return self.text(columns, depth - 1) if kind == "text" else self.number(kind, columns, depth - 1)

    def constant(self, kind: str) -> tree.Value:
        if self.often(0.05):
            return tree.Null(AT)
        if kind == "text":
            return tree.StringLiteral(self.random.choice(TEXTS), AT)
        number = tree.Number(
            str(self.random.randint(0, 4)) if kind == "whole" else str(self.random.randint(0, 12) / 4), AT
        )
        return tree.Signed("-", number, AT) if self.often(0.2) else number

    def number(self, kind: str, columns: Columns, depth: int) -> tree.Value:  # noqa: PLR0911
        one, other = self.value(kind, columns, depth), self.value(kind, columns, depth)
        match self.random.randrange(9):
            case 0 | 1:
                return tree.Operation(self.random.choice("+-*"), one, other, AT)
            case 2:
                divisor = tree.Number(self.random.choice(["2", "3"] if kind == "whole" else ["2.0", "0.5"]), AT)
                return tree.Operation("/", one, divisor, AT)
            case 3:
                return tree.Signed("-", one, AT)
            case 4:
                return tree.Call("COALESCE", (one, other, tree.Number("1" if kind == "whole" else "1.5", AT)), AT)
            case 5 if kind == "whole":
                return tree.Operation(self.random.choice("&|^"), one, other, AT)
            case 5:
                function = self.random.choice(["FLOOR", "CEILING", "ROUND", "TRUNCATE"])
                return tree.Call(function, (one,), AT)
            case 6:
                return tree.Call("ABS", (one,), AT)
            case 7:
                return tree.Call("MOD", (one, tree.Number("3" if kind == "whole" else "1.5", AT)), AT)
            case _:
                return self.case(one, other, columns, depth)

    def case(self, one: tree.Value, other: tree.Value, columns: Columns, depth: int) -> tree.Value:
        otherwise = other if self.often() else None
        if self.often(0.3):
            operand, when = self.value("whole", columns, depth), self.value("whole", columns, depth)
            return tree.Case(operand, ((when, one),), otherwise, AT)
        return tree.Case(None, ((self.condition(columns, depth), one),), otherwise, AT)

    def text(self, columns: Columns, depth: int) -> tree.Value:
        one, other = self.value("text", columns, depth), self.value("text", columns, depth)
        match self.random.randrange(4):
            case 0:
                return tree.Operation("||", one, other, AT)
            case 1:
                return tree.Call(self.random.choice(["LOWER", "UPPER"]), (one,), AT)
            case 2:
                return tree.Call("COALESCE", (one, other), AT)
            case _:
                return self.case(one, other, columns, depth)

    # Conditions

    def condition(self, columns: Columns, depth: int) -> tree.Condition:  # noqa: PLR0911
        kind = self.random.choice(["whole", "number", "text"])
        one = self.value(kind, columns, depth - 1)
        match self.random.randrange(10):
            case 0 if depth > 0:
                return tree.And(self.condition(columns, depth - 1), self.condition(columns, depth - 1))
            case 1 if depth > 0:
                return tree.Or(self.condition(columns, depth - 1), self.condition(columns, depth - 1))
            case 2 if depth > 0:
                return tree.Not(self.condition(columns, depth - 1), AT)
            case 3:
                low, high = self.value(kind, columns, depth - 1), self.value(kind, columns, depth - 1)
                return tree.Between(one, low, high, self.often(0.3), AT)
            case 4:
                choices = tuple(self.value(kind, columns, depth - 2) for _ in range(self.random.randint(1, 4)))
                return tree.In(one, choices, self.often(0.3), AT)
            case 5:
                value = self.value("text", columns, depth - 1)
                pattern = tree.StringLiteral(self.random.choice(PATTERNS), AT)
                return tree.Like(value, pattern, self.often(), self.often(0.3), AT)
            case 6:
                return tree.IsNull(one, self.often(), AT)
            case 7 if depth > 0:
                return tree.Exists(self.query(depth - 1, columns, ("whole",)), AT)
            case 8 if depth > 0:
                return tree.In(
                    self.value("whole", columns, 0), self.query(depth - 1, columns, ("whole",)), self.often(0.3), AT
                )
            case _:
                operator = self.random.choice(["=", "<>", "<", "<=", ">", ">="])
                return tree.Comparison(operator, one, self.value(kind, columns, depth - 1), AT)

    # Relations

    def relation(self, depth: int, outer: Columns) -> tuple[tree.Relation, Columns]:
        if depth > 0 and self.often(0.35):
            return self.join(depth - 1, outer)
        alias = self.alias()
        if depth > 0 and self.often(0.3):
            kinds = tuple(self.random.choice(["whole", "number", "text"]) for _ in range(self.random.randint(1, 3)))
            columns = {(alias, f"c{at}"): kind for at, kind in enumerate(kinds)}
            return tree.Derived(self.query(depth - 1, {}, kinds), identifier(alias), AT), columns
        table = self.random.choice(list(TABLES))
        columns = {(alias, column): kind for column, kind in TABLES[table].items()}
        return tree.TableName((identifier("naive"), identifier(table)), identifier(alias)), columns

    def join(self, depth: int, outer: Columns) -> tuple[tree.Relation, Columns]:
        kind = self.random.choice(list(tree.JoinKind))
        if self.often(0.3):
            one, other = ("a", self.alias()), ("b", self.alias())
            sides = [
                tree.TableName((identifier("naive"), identifier(table)), identifier(alias))
                for table, alias in (one, other)
            ]
            columns: Columns = {
                (alias, column): of
                for table, alias in (one, other)
                for column, of in TABLES[table].items()
                if column != "k"
            }
            return tree.Join(kind, *sides, None, (identifier("k"),), False, AT), {**columns, ("k",): "whole"}
        (left, known), (right, more) = self.relation(depth, outer), self.relation(depth, outer)
        equal = tree.Comparison("=", *(self.whole(each) for each in (known, more)), AT)
        if not all(isinstance(each, tree.Name) for each in (equal.left, equal.right)):
            kind = tree.JoinKind.INNER if kind is tree.JoinKind.FULL else kind
        both = {parts: of for parts, of in {**known, **more}.items() if len(parts) == 2}
        on = tree.And(equal, self.condition(both, 0)) if self.often(0.3) and kind is not tree.JoinKind.FULL else equal
        return tree.Join(kind, left, right, on, (), False, AT), both

    def whole(self, columns: Columns) -> tree.Value:
        known = [parts for parts, kind in columns.items() if kind == "whole" and len(parts) == 2]
        return name(self.random.choice(known)) if known else tree.Number("1", AT)

    # Queries

    def query(self, depth: int, outer: Columns, kinds: tuple[str, ...]) -> tree.Query:
        """A query with these columns, called c0 and so on, in an order that leaves nothing to chance."""
        order = tuple(tree.Term(at + 1, self.often(0.3), AT) for at in range(len(kinds)))
        if depth > 0 and self.often(0.25):
            operator = self.random.choice(["UNION", "UNION", "INTERSECT", "EXCEPT"])
            sides = [self.query(depth - 1, outer, kinds) for _ in range(2)]
            return tree.Query((), tree.SetOperation(operator, self.often(), *sides, AT), order, None, AT)
        select = self.select(depth, outer, kinds)
        return tree.Query((), select, order, self.random.randint(0, 3) if self.often(0.2) else None, AT)

    def select(self, depth: int, outer: Columns, kinds: tuple[str, ...]) -> tree.Select:
        relation, columns = self.relation(depth, outer)
        seen = {**outer, **columns} if ("k",) not in outer else columns
        where = self.condition(seen, depth) if self.often(0.4) else None
        group: tuple[tree.Value, ...] = ()
        having = None
        if self.often(0.3):
            keys = {parts: kind for parts, kind in columns.items() if self.often(0.4)}
            group = tuple(map(name, keys))
            values = [self.told(kind, keys, columns) for kind in kinds]
            having = self.counted() if self.often(0.4) else None
            if not group and not having and not any(isinstance(each, tree.Call) for each in values):
                having = self.counted()
        else:
            values = [self.value(kind, seen, depth) for kind in kinds]
        outputs = tuple(tree.Output(value, identifier(f"c{at}")) for at, value in enumerate(values))
        top = self.random.randint(0, 5) if self.often(0.2) else None
        return tree.Select(self.often(0.3), top, outputs, (relation,), where, group, having, AT)

    def told(self, kind: str, keys: Columns, columns: Columns) -> tree.Value:
        if kind == "text" or self.often(0.3):
            known = {parts: of for parts, of in keys.items() if of == kind}
            return self.value(kind, known, 1) if known else self.constant(kind)
        of = self.value(kind, columns, 1)
        function = self.random.choice(
            ["COUNT", "SUM", "MIN", "MAX"] if kind == "whole" else ["AVG", "SUM", "MIN", "MAX", "STDDEV", "MEDIAN"]
        )
        star = function == "COUNT" and self.often()
        distinct = self.often(0.2) and not star and function != "MEDIAN"
        return tree.Call(function, (tree.AllColumns((), AT) if star else of,), AT, distinct)

    def counted(self) -> tree.Condition:
        return tree.Comparison(
            self.random.choice([">", "<="]),
            tree.Call("COUNT", (tree.AllColumns((), AT),), AT),
            tree.Number("1", AT),
            AT,
        )

    def whole_query(self) -> tree.Query:
        kinds = tuple(self.random.choice(["whole", "number", "text"]) for _ in range(self.random.randint(1, 3)))
        return self.query(3, {}, kinds)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        return {
            table: [
                {column: self.cell(kind) for column, kind in columns.items()} for _ in range(self.random.randint(0, 9))
            ]
            for table, columns in TABLES.items()
        }

    def cell(self, kind: str) -> object:
        if self.often(0.2):
            return None
        if kind == "text":
            return self.random.choice(TEXTS)
        return self.random.randint(-2, 4) if kind == "whole" else self.random.randint(-8, 12) / 4
