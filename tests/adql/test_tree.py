"""What a query is parsed to: its shape, and where its parts stood."""

import pytest

from adql import tree
from adql.parse import parse
from adql.tree import TextPosition


def only(query: str) -> tree.Select:
    body = parse(query).body
    assert isinstance(body, tree.Select)
    return body


def value(text: str) -> tree.Value:
    [output] = only(f"SELECT {text} FROM t").outputs
    assert isinstance(output, tree.Output)
    return output.value


def test_parts_know_where_they_stood() -> None:
    select = only("SELECT a.b,\n  'x' AS y\nFROM t\nWHERE a.b\t>= ABS(-1)")
    first, second = select.outputs
    assert isinstance(first, tree.Output)
    assert isinstance(second, tree.Output)
    assert isinstance(first.value, tree.Name)
    assert [part.at for part in first.value.parts] == [TextPosition(1, 8), TextPosition(1, 10)]
    assert isinstance(second.value, tree.StringLiteral)
    assert second.value.at == TextPosition(2, 3)
    assert second.alias
    assert second.alias.at == TextPosition(2, 10)
    assert isinstance(select.where, tree.Comparison)
    assert select.where.at == TextPosition(4, 11)
    assert isinstance(select.where.right, tree.Call)
    assert select.where.right.at == TextPosition(4, 14)


def test_the_same_elsewhere_is_equal() -> None:
    assert parse("SELECT a FROM t") == parse("select\n a\nfrom t;")
    assert parse("SELECT a FROM t") != parse('SELECT "a" FROM t')


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("1 / 2 * 3", "(1 / 2) * 3"),
        ("-1 * 2", "(-1) * 2"),
        ("1 + 2 || 'x'", "(1 + 2) || 'x'"),
        ("1 | 2 ^ 3 & 4", "1 | (2 ^ (3 & 4))"),
        ("1 & 2 + 3", "1 & (2 + 3)"),
        ("~1 & 2", "(~1) & 2"),
    ],
)
def test_operators_bind(text: str, meant: str) -> None:
    assert value(text) == value(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a = 1 OR b = 2 AND c = 3", "a = 1 OR (b = 2 AND c = 3)"),
        ("NOT a = 1 AND b = 2", "(NOT (a = 1)) AND b = 2"),
        ("a BETWEEN 1 AND 2 AND b = 3", "(a BETWEEN 1 AND 2) AND b = 3"),
        ("a != 1", "a <> 1"),
    ],
)
def test_conditions_bind(text: str, meant: str) -> None:
    assert only(f"SELECT a FROM t WHERE {text}").where == only(f"SELECT a FROM t WHERE {meant}").where


A, B, C = (f"SELECT {name} FROM t" for name in "abc")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"{A} UNION {B} UNION {C}", f"({A} UNION {B}) UNION {C}"),
        (f"{A} UNION {B} INTERSECT {C}", f"{A} UNION ({B} INTERSECT {C})"),
        (f"{A} INTERSECT {B} EXCEPT {C}", f"({A} INTERSECT {B}) EXCEPT {C}"),
        (f"{A} EXCEPT {B} UNION ALL {C}", f"({A} EXCEPT {B}) UNION ALL {C}"),
    ],
)
def test_set_operators_bind(text: str, meant: str) -> None:
    assert parse(text) == parse(meant)
    assert parse(text) != parse(f"{A} UNION ({B} UNION {C})")


def test_top_and_order_belong_to_their_part() -> None:
    query = parse(f"{A} UNION ({B} ORDER BY 1 OFFSET 2) ORDER BY 2 DESC")
    assert isinstance(query.body, tree.SetOperation)
    assert isinstance(query.body.left, tree.Select)
    assert isinstance(query.body.right, tree.Query)
    assert query.body.right.order == (tree.Term(1, False, TextPosition(0, 0)),)
    assert query.body.right.offset == 2
    assert query.order == (tree.Term(2, True, TextPosition(0, 0)),)
    assert query.offset is None


def test_joins_bind_from_the_left() -> None:
    [joined] = only("SELECT a FROM t JOIN u USING (a) LEFT JOIN v ON t.a = v.a").source
    assert isinstance(joined, tree.Join)
    assert joined.kind is tree.JoinKind.LEFT
    assert isinstance(joined.left, tree.Join)
    assert [column.text for column in joined.left.using] == ["a"]


def test_character_strings() -> None:
    assert value("'it''s'") == tree.StringLiteral("it's", TextPosition(0, 0))
    assert value("'one' -- and\n ' two'") == tree.StringLiteral("one two", TextPosition(0, 0))
    assert value("''") == tree.StringLiteral("", TextPosition(0, 0))


def test_a_coordinate_system_that_is_null_is_dropped_and_a_coordinate_is_not() -> None:
    assert value("POINT(NULL, 1, 2)") == value("POINT(1, 2)")
    assert value("POINT(NULL, 1)") == tree.Call(
        "POINT", (tree.Null(TextPosition(0, 0)), tree.Number("1", TextPosition(0, 0))), TextPosition(0, 0)
    )


def test_a_thousand_conditions_are_ten_deep() -> None:
    deep, found = 0, only(f"SELECT a FROM t WHERE {' AND '.join(['a = 1'] * 1000)}").where
    while isinstance(found, tree.And):
        deep, found = deep + 1, found.left
    assert deep == 10
