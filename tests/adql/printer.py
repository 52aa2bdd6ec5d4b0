"""A tree as ADQL again, with no parenthesis that its operators do not want."""

from collections.abc import Callable
from typing import Any

from adql import tree
from adql.tree import Value

POWERS = {"|": 1, "^": 2, "&": 3, "||": 4, "+": 5, "-": 5, "*": 6, "/": 6}


def query(node: tree.Query) -> str:
    named = ", ".join(
        f"{name(common.name)}{_columns(common.columns)} AS ({query(common.query)})" for common in node.common
    )
    order = ", ".join(f"{_counted(term.value)}{' DESC' if term.descending else ''}" for term in node.order)
    return (
        (f"WITH {named} " if named else "")
        + rows(node.body)
        + (f" ORDER BY {order}" if order else "")
        + (f" OFFSET {node.offset}" if node.offset is not None else "")
    )


def rows(node: tree.Select | tree.SetOperation | tree.Query) -> str:
    match node:
        case tree.Query():
            return f"({query(node)})"
        case tree.SetOperation():
            every = " ALL" if node.every else ""
            return f"{_part(node, node.left)} {node.operator}{every} {_part(node, node.right, right=True)}"
        case tree.Select():
            return select(node)


def _part(whole: tree.SetOperation, part: tree.Select | tree.SetOperation | tree.Query, *, right: bool = False) -> str:
    if not isinstance(part, tree.SetOperation):
        return rows(part)
    strong, stronger = whole.operator == "INTERSECT", part.operator == "INTERSECT"
    bare = stronger > strong or (stronger == strong and not right)
    return rows(part) if bare else f"({rows(part)})"


def select(node: tree.Select) -> str:
    clauses = [
        "SELECT" + (" DISTINCT" if node.distinct else "") + (f" TOP {node.top}" if node.top is not None else ""),
        ", ".join(map(_output, node.outputs)),
        "FROM " + ", ".join(map(relation, node.source)),
    ]
    if node.where:
        clauses.append(f"WHERE {condition(node.where)}")
    if node.group:
        clauses.append("GROUP BY " + ", ".join(map(_counted, node.group)))
    if node.having:
        clauses.append(f"HAVING {condition(node.having)}")
    return " ".join(clauses)


def _output(node: tree.Output | tree.AllColumns) -> str:
    if isinstance(node, tree.AllColumns):
        return star(node)
    return value(node.value) + (f" AS {name(node.alias)}" if node.alias else "")


def star(node: tree.AllColumns) -> str:
    return "".join(f"{name(part)}." for part in node.qualifier) + "*"


def _counted(node: Value | int) -> str:
    return str(node) if isinstance(node, int) else value(node)


def _columns(names: tuple[tree.Identifier, ...]) -> str:
    return f" ({', '.join(map(name, names))})" if names else ""


def relation(node: tree.Relation) -> str:
    match node:
        case tree.TableName():
            sample = f" TABLESAMPLE({node.sample:g})" if node.sample is not None else ""
            return ".".join(map(name, node.parts)) + sample + (f" AS {name(node.alias)}" if node.alias else "")
        case tree.Derived():
            return f"({query(node.query)}) AS {name(node.alias)}"
        case tree.Join():
            right = f"({relation(node.right)})" if isinstance(node.right, tree.Join) else relation(node.right)
            joined = f"{relation(node.left)} {'NATURAL ' if node.natural else ''}{node.kind} JOIN {right}"
            return (
                joined
                + (f" ON {condition(node.on)}" if node.on else "")
                + (f" USING{_columns(node.using)}" if node.using else "")
            )


def name(node: tree.Identifier) -> str:
    return '"' + node.text.replace('"', '""') + '"' if node.quoted else node.text


def condition(node: tree.Condition) -> str:
    return CONDITIONS[type(node)](node)


def _joined(word: str, node: tree.And | tree.Or) -> str:
    return f"{_operand(node.left)} {word} {_operand(node.right)}"


def _operand(node: tree.Condition) -> str:
    return f"({condition(node)})" if isinstance(node, (tree.And, tree.Or)) else condition(node)


def _not(node: tree.Between | tree.In | tree.Like | tree.IsNull) -> str:
    return "NOT " if node.negated else ""


def _in(node: tree.In) -> str:
    choices = query(node.choices) if isinstance(node.choices, tree.Query) else ", ".join(map(value, node.choices))
    return f"{value(node.value)} {_not(node)}IN ({choices})"


CONDITIONS: dict[type, Callable[[Any], str]] = {
    tree.And: lambda node: _joined("AND", node),
    tree.Or: lambda node: _joined("OR", node),
    tree.Not: lambda node: f"NOT {_operand(node.condition)}",
    tree.Comparison: lambda node: f"{value(node.left)} {node.operator} {value(node.right)}",
    tree.Between: lambda node: f"{value(node.value)} {_not(node)}BETWEEN {value(node.low)} AND {value(node.high)}",
    tree.In: _in,
    tree.Like: lambda node: (
        f"{value(node.value)} {_not(node)}{'ILIKE' if node.insensitive else 'LIKE'} {value(node.pattern)}"
    ),
    tree.IsNull: lambda node: f"{value(node.value)} IS {_not(node)}NULL",
    tree.Exists: lambda node: f"EXISTS ({query(node.query)})",
}


def value(node: Value) -> str:
    return VALUES[type(node)](node)


def _binds(node: Value) -> int:
    if isinstance(node, tree.Operation):
        return POWERS[node.operator]
    return 7 if isinstance(node, tree.Signed) else 9


def _within(node: Value, least: int) -> str:
    return f"({value(node)})" if _binds(node) < least else value(node)


def _operation(node: tree.Operation) -> str:
    power = POWERS[node.operator]
    return f"{_within(node.left, power)} {node.operator} {_within(node.right, power + 1)}"


def _call(node: tree.Call) -> str:
    arguments = ", ".join(star(part) if isinstance(part, tree.AllColumns) else value(part) for part in node.arguments)
    return f"{node.function}({'DISTINCT ' if node.distinct else ''}{arguments})"


def _case(node: tree.Case) -> str:
    whens = " ".join(f"WHEN {_either(when)} THEN {value(then)}" for when, then in node.branches)
    operand = f" {value(node.operand)}" if node.operand else ""
    return f"CASE{operand} {whens}{f' ELSE {value(node.otherwise)}' if node.otherwise else ''} END"


def _either(node: Value | tree.Condition) -> str:
    return condition(node) if type(node) in CONDITIONS else value(node)


def _cast(node: tree.Cast) -> str:
    return f"CAST({value(node.operand)} AS {node.type}{f'({node.length})' if node.length is not None else ''})"


VALUES: dict[type, Callable[[Any], str]] = {
    tree.Name: lambda node: ".".join(map(name, node.parts)),
    tree.Number: lambda node: node.text,
    tree.StringLiteral: lambda node: "'" + node.value.replace("'", "''") + "'",
    tree.BooleanLiteral: lambda node: "TRUE" if node.value else "FALSE",
    tree.Null: lambda _: "NULL",
    tree.Signed: lambda node: node.sign + _within(node.operand, 8),
    tree.Operation: _operation,
    tree.Call: _call,
    tree.Cast: _cast,
    tree.Case: _case,
    tree.ScalarSubquery: lambda node: f"({query(node.query)})",
}
