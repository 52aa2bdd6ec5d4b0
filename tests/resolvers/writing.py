"""GraphQL documents made up from the real schema and real rows, for hypothesis to draw.

`Writer` writes one operation: selections with aliases, fragments and directives. `Asking` makes up arguments: values
come from rows of the sample, so that most conditions hold somewhere, and now and then from what must be refused.
"""

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from planning import arguments, cursor
from planning.mjd import shown_instant
from planning.node_ids import node_id
from resolvers.request import Request
from schema.aggregate_types import aggregates_of
from schema.catalog import DECLARED
from schema.column import Column
from schema.crossid import OBJECT
from schema.crossmatch import MATCH
from schema.derived import UNKNOWN, DerivedField, compared_fields, night_column
from schema.input_types import enum_name
from schema.jsdc import STAR
from schema.relations import (
    RelatedColumn,
    RelatedNumber,
    counts_of,
    numbers_of,
    ordered_by,
    relations_of,
    within_source,
)
from schema.separation import separation_of
from schema.sites import LONGITUDES
from schema.table import Neighbourhood, Table
from sky.healpix import cell_of

Value = TypeVar("Value")
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]
"""Some rows of each table, by SQL name."""
NAMES = ("HD 48329", "* eps Gem", "Fomalhaut", "nobody's star")
DIRECTIONS = ("ASC", "ASC_NULLS_FIRST", "DESC", "DESC_NULLS_LAST")
DEPTH = 4


class Name(str):
    """An enum value: written without quotes in a document, with them among the variables."""

    __slots__ = ()


@dataclass
class Chance:
    """Hypothesis, asked in short."""

    draw: Callable[[st.SearchStrategy[Any]], Any]

    def one_in(self, many: int) -> bool:
        return bool(self.draw(st.integers(0, many - 1)) == many - 1)

    def pick(self, among: Sequence[Value]) -> Value:
        return among[self.draw(st.integers(0, len(among) - 1))]

    def up_to(self, most: int, least: int = 0) -> int:
        return int(self.draw(st.integers(least, most)))

    def some(self, among: Sequence[Value], most: int) -> list[Value]:
        return [self.pick(among) for _ in range(self.up_to(most, 1))]


@dataclass
class Asking:
    """Arguments of fields, as Python values whose enum members are `Name`s."""

    chance: Chance
    rows: Rows

    def of_page(self, table: Table, most: int) -> dict[str, Any]:
        chance = self.chance
        told: dict[str, Any] = {}
        if chance.one_in(12):
            told["ignoreNull"] = chance.one_in(2)
        if table.position and chance.one_in(4):
            told["cone"] = self.cone(table)
        if table.position and chance.one_in(6):
            told["region"] = self.region(table)
        if chance.one_in(3):
            told["orderBy"] = self.order(table)
        if separation_of(table) and ("dec" in told.get("cone", ()) or chance.one_in(60)) and chance.one_in(2):
            told["orderBy"] = [{"separation": Name(chance.pick(DIRECTIONS))}, *told.get("orderBy", ())]
        if chance.one_in(3):
            told["where"] = self.where(table)
        told |= self.counted(table, told)
        forwards = not chance.one_in(4)
        told["first" if forwards else "last"] = self.bad([-1, 5000]) if chance.one_in(60) else chance.up_to(most)
        if chance.one_in(4):
            told["after" if forwards else "before"] = self.mark(table, told)
        if chance.one_in(60):
            told["last" if forwards else "first"] = 2
        return told

    def counted(self, table: Table, told: Mapping[str, Any]) -> dict[str, Any]:
        """The filter that an order by a number of rows of another database wants, mostly."""
        wanted = {
            name: {"ge": self.chance.up_to(2)}
            for name in told.get("orderBy", [{}])[0]
            if name in numbers_of(table) and not within_source(numbers_of(table)[name]) and not self.chance.one_in(10)
        }
        return {"where": {**told.get("where", {}), **wanted}} if wanted else {}

    def of_single(self, table: Table) -> dict[str, Any]:
        if table is OBJECT:
            return {"name": self.chance.pick(NAMES)}
        if table is STAR and self.chance.one_in(4):
            return {"near": self.cone(table) | {"radius": 0.5}}
        if table is STAR and self.chance.one_in(3):
            return {"name": self.chance.pick(NAMES)} | ({"id": "1"} if self.chance.one_in(10) else {})
        key = _plain(self.chance.pick(self.rows[table])[table.key.sql])
        return {"id": self.bad(["0", "none", "9" * 30, "a\0b"]) if self.chance.one_in(12) else str(key)}

    def node(self, table: Table) -> str:
        if self.chance.one_in(12):
            wrong = ("", "x", "1", "MTo", base64.urlsafe_b64encode(b"1:Nothing:5").decode(), node_id(STAR, "x"))
            return self.bad([*wrong, node_id(STAR, 2**70), node_id(STAR, -1)])
        key = self.chance.pick(self.rows[table])[table.key.sql]
        return node_id(table, "none" if key is None else key)

    def of_groups(self, table: Table) -> dict[str, Any]:
        chance = self.chance
        filtering = ("where", "ignoreNull", "cone", "region")
        told = {key: value for key, value in self.of_page(table, 5).items() if key in filtering}
        columns = [column for column in table.columns if column.type.orderable]
        if not chance.one_in(4):
            told["groupBy"] = [Name(enum_name(column.graphql)) for column in chance.some(columns, 3)]
        if ordered_by(table) and chance.one_in(4):
            told["groupByRelated"] = [self.key(table) for _ in range(chance.up_to(2, 1))]
        if chance.one_in(3):
            told["orderBy"] = Name(chance.pick(["KEY", "COUNT"]))
        if chance.one_in(3):
            told["by"] = [self.bin(column) for column in chance.some(columns, 2)]
        if table.position and chance.one_in(6):
            told["by"] = [*told.get("by", []), {"healpix": {"order": self.bad([-1, 30]) if chance.one_in(20) else 3}}]
        if chance.one_in(4):
            told["sort"] = [self.measure(columns) | {"direction": Name(chance.pick(DIRECTIONS))}]
        if chance.one_in(4):
            told["having"] = [self.measure(columns) | {"value": {"ge": chance.pick([0.0, 2.0, 5.5])}}]
        if chance.one_in(8):
            told["offset"] = chance.up_to(3)
        if chance.one_in(2):
            told["first"] = self.bad([-1, 5000]) if chance.one_in(20) else chance.up_to(6)
        return told

    def key(self, table: Table) -> dict[str, Any]:
        """A column of a related row to group by."""
        field = self.chance.pick(sorted(ordered_by(table)))
        columns = [column for column in ordered_by(table)[field].target.columns if column.type.orderable]
        return {field: Name(enum_name(self.chance.pick(columns).graphql))}

    def bin(self, column: Column) -> dict[str, Any]:
        chance = self.chance
        numbers = [{"width": chance.pick([0.3, 7.0])}, {"edges": [-1.0, 3.0, 100.0]}, {"n": 4}]
        units = [{"unit": Name(chance.pick(["NIGHT", "MONTH", "YEAR"]))}]
        how = units if column.type.temporal != chance.one_in(10) else numbers
        return {"column": Name(enum_name(column.graphql))} | chance.pick(how)

    def measure(self, columns: Sequence[Column]) -> dict[str, Any]:
        measures = ["COUNT", "KEY", "MIN", "MAX", "AVG", "SUM", "STDDEV", "MEDIAN", "COUNT_DISTINCT"]
        measure = self.chance.pick(measures)
        told = {"column": Name(enum_name(self.chance.pick(columns).graphql))} if measure != "COUNT" else {}
        return {"measure": Name(measure)} | told

    def of_calibrators(self) -> dict[str, Any]:
        chance = self.chance
        told: dict[str, Any] = {"radius": chance.pick([0.0, 1.0, 4.0])} if chance.one_in(2) else {}
        if chance.one_in(2):
            told["maxDiameter"] = chance.pick([0.3, 1.0, -1.0])
        if chance.one_in(3):
            told["includeUnexamined"] = chance.pick([True, False])
        if chance.one_in(4):
            told |= chance.pick([{"maxChi2": 0.5}, {"irFlag": 0}, {"maxChi2": -1.0}])
        if chance.one_in(2):
            told["alike"] = {"band": Name(chance.pick(["V", "K", "RP"])), "within": chance.pick([0.5, 2.0, 200.0])}
        return told

    def bad(self, among: Sequence[Value]) -> Value:
        return self.chance.pick(among)

    def order(self, table: Table, depth: int = 0) -> list[dict[str, Any]]:
        columns = [column for column in table.columns if column.type.orderable]
        terms = [{column.graphql: Name(self.chance.pick(DIRECTIONS))} for column in self.chance.some(columns, 3)]
        if ordered_by(table) and depth < 2 and self.chance.one_in(3):
            field = self.chance.pick(sorted(ordered_by(table)))
            terms.insert(0, {field: self.order(ordered_by(table)[field].target, depth + 1)[0]})
        if numbers_of(table) and depth == 0 and self.chance.one_in(3):
            terms.insert(0, {self.chance.pick(sorted(numbers_of(table))): Name(self.chance.pick(DIRECTIONS))})
        return terms

    def mark(self, table: Table, told: Mapping[str, Any]) -> str:
        if self.chance.one_in(30):
            return self.bad(["", "x", "bm9uZQ==", "é", "WzEsMl0="])
        cone = told.get("cone", {"ra": 1.0, "dec": 1.0})
        order = [] if self.chance.one_in(20) else told.get("orderBy", [])
        numbers = {field: {"ge": 1} for term in order for field in term if field in numbers_of(table)}
        page = arguments.page(table, {"orderBy": order, "cone": cone, "where": numbers}, 5)
        row = self.chance.pick(self.rows[table])
        known = {**row, "separation": self.chance.pick([0.0, 3600.0, 200_000.0])}
        for column in (term.column for term in page.order):
            if isinstance(column, RelatedNumber):
                known[column.sql] = self.chance.up_to(3)
            if isinstance(column, RelatedColumn):
                known[column.sql] = self.chance.pick(self.rows[column.path[-1].target])[column.of.sql]
        signed = cursor.signature(table, page.order, page.centre)
        return cursor.encode(signed, [known[term.column.sql] for term in page.order])

    def cone(self, table: Table) -> dict[str, Any]:
        chance = self.chance
        radius = chance.pick([0.0, 0.001, 0.1, 2.0, 30.0, 60.0, 89.0, 120.0, 180.0])
        if chance.one_in(40):
            return self.bad(
                [
                    {"ra": 10.0, "dec": 95.0, "radius": radius},
                    {"ra": 400.0, "dec": 5.0, "radius": radius},
                    {"ra": 10.0, "dec": 5.0, "radius": -1.0},
                    {"ra": 10.0, "radius": 1.0},
                    {"radius": 1.0},
                    {"name": "HD 48329", "ra": 1.0, "dec": 1.0, "radius": 1.0},
                    {"name": "\0", "radius": 1.0},
                ]
            )
        if chance.one_in(4):
            return (
                {"name": chance.pick(NAMES[:3]), "radius": radius}
                if not chance.one_in(8)
                else {"name": "X", "radius": 1}
            )
        assert table.position is not None
        ra, dec = (chance.pick(self.rows[table])[column.sql] for column in table.position)
        return {"ra": ra or 0.0, "dec": dec or 0.0, "radius": radius}

    def region(self, table: Table) -> dict[str, Any]:
        chance = self.chance
        ra, dec = (chance.pick(self.rows[table])[column.sql] or 0.0 for column in table.position or ())
        size = chance.pick([0.0, 1.0, 20.0, 100.0])
        corners = [[ra % 360, dec], [(ra + size) % 360, dec], [(ra + size / 2) % 360, min(90.0, dec + size)]]
        order = chance.pick([0, 3, 11, 29])
        cell = int(cell_of(order, np.array([ra]), np.array([dec]))[0])
        if chance.one_in(12):
            return self.bad(
                [{"moc": "x"}, {"moc": "3/999"}, {"polygon": [[1.0]]}, {"healpix": {"order": 40, "cells": []}}]
            )
        return chance.pick([
            {"circle": {"ra": ra % 360, "dec": dec, "radius": size}},
            {"box": {"ra": ra % 360, "dec": dec, "width": size, "height": size / 2}},
            {"polygon": corners}, {"moc": f"{order}/{cell} 1/0-3"}, {"healpix": {"order": order, "cells": [cell]}},
        ])  # fmt: skip

    def where(self, table: Table, depth: int = 0) -> dict[str, Any]:
        chance = self.chance
        made: dict[str, Any] = {}
        for column in chance.some(table.columns, 2):
            field, part = self.placed(table, column)
            comparison = None if chance.one_in(80) else self.comparison(table, column)
            made[field] = {part: comparison} if part else comparison
        derived = [
            *sorted(compared_fields(table).values(), key=lambda field: field.name),
            *([None] if night_column(table) else []),
        ]
        if derived and chance.one_in(6):
            made.update([self.derived(table, chance.pick(derived))])
        made |= self.relations(table, depth)
        if depth < 2 and chance.one_in(3):
            for _ in range(chance.up_to(1) + 1):
                kind = chance.pick(["and", "or", "not"])
                inner = [self.where(table, depth + 1) for _ in range(chance.up_to(2))]
                made[kind] = inner if kind != "not" else self.where(table, depth + 1)
        return {} if chance.one_in(40) else made

    def relations(self, table: Table, depth: int) -> dict[str, Any]:
        """Conditions on related rows, some of them."""
        chance, known = self.chance, relations_of(table)
        if not known or depth > 2 or not chance.one_in(4 - depth):
            return {}
        if (counts := sorted(counts_of(table))) and chance.one_in(4):
            op = chance.pick(["eq", "ne", "lt", "le", "gt", "ge"])
            bounds = {"in": [0, 2], "between": [1, 3], "isNull": True}
            return {
                chance.pick(counts): chance.pick(
                    [{op: chance.up_to(3)}, *({name: told} for name, told in bounds.items())]
                )
            }
        link = known[chance.pick(sorted(known))]
        kinds = chance.some(["some", "every", "none"], 2) if link.many else [""]
        told = {kind: None if chance.one_in(80) else self.where(link.target, depth + 1) for kind in kinds}
        return {link.field: told if link.many else told[""]}

    def placed(self, table: Table, column: Column) -> tuple[str, str]:
        """The field of a filter that has a column, and the part of it if that is a quantity."""
        for quantity in table.quantities.values():
            for part, one in quantity.parts.items():
                if one is column and self.chance.one_in(2):
                    return quantity.graphql, part
        return column.graphql, ""

    def comparison(self, table: Table, column: Column) -> dict[str, Any]:
        chance = self.chance
        if not column.type.orderable or chance.one_in(6):
            return {"isNull": chance.one_in(2)}
        ops = ["eq", "ne", "in"]
        if column.enumeration is None and column.type.graphql != "Boolean":
            ops += ["lt", "le", "gt", "ge", "between", "lte", "gte"] + (
                ["like", "ilike"] if column.type.graphql == "String" else []
            )
        return {op: None if chance.one_in(80) else self.operand(table, column, op) for op in chance.some(ops, 2)}

    def derived(self, table: Table, field: DerivedField | None) -> tuple[str, dict[str, Any]]:
        """A condition on a derived field; on the night for None."""
        if field is None:
            return "night", self.night(table)
        return field.name, self.terms(field) if field.vocabulary else self.instants(table, field.columns[0])

    def night(self, table: Table) -> dict[str, Any]:
        begin = night_column(table)
        shown = shown_instant(self.chance.pick(self.rows[table])[begin.sql]) if begin else None
        date = shown.date().isoformat() if isinstance(shown, datetime) else "2024-02-29"
        return {"site": Name(self.chance.pick(sorted(LONGITUDES))), "date": date}

    def terms(self, field: DerivedField) -> dict[str, Any]:
        chance = self.chance
        assert field.vocabulary
        names = [Name(name) for name, _ in field.vocabulary.members.values()] + [Name(UNKNOWN)]
        made = {"eq": chance.pick(names), "ne": chance.pick(names), "in": chance.some(names, 3), "isNull": False}
        op = chance.pick(sorted(made))
        return {op: made[op]}

    def instants(self, table: Table, column: Column) -> dict[str, Any]:
        chance = self.chance
        if chance.one_in(8):
            return {"isNull": chance.one_in(2)}
        ops = chance.some(["eq", "ne", "in", "lt", "le", "gt", "ge", "between"], 2)
        many = {"in": 2, "between": 1 if chance.one_in(20) else 2}
        return {
            op: [self.instant(table, column) for _ in range(many[op])] if op in many else self.instant(table, column)
            for op in ops
        }

    def instant(self, table: Table, column: Column) -> Any:
        if self.chance.one_in(20):
            return self.bad(EXTREMES["DateTime"])
        shown = shown_instant(self.chance.pick(self.rows[table])[column.sql])
        return _plain(shown) if isinstance(shown, datetime) else EXTREMES["DateTime"][0]

    def operand(self, table: Table, column: Column, op: str) -> Any:
        chance = self.chance
        match op:
            case "in":
                return [self.value(table, column) for _ in range(chance.up_to(4))]
            case "between":
                count = 2 if not chance.one_in(20) else self.bad([0, 1, 3])
                return [self.value(table, column) for _ in range(count)]
            case "like" | "ilike":
                return self.pattern(str(self.value(table, column)))
            case _:
                return self.value(table, column)

    def pattern(self, text: str) -> str:
        if self.chance.one_in(30):
            return self.bad(["\\", "a\\", "%\\_%", "\0"])
        start = self.chance.up_to(len(text))
        return self.chance.pick(["%{}%", "{}%", "%{}", "_{}%", "{}"]).format(text[start : start + 4])

    def value(self, table: Table, column: Column) -> Any:
        if self.chance.one_in(40) and column.enumeration is None:
            return self.bad(EXTREMES[column.type.graphql])
        value = self.chance.pick(self.rows[table])[column.sql]
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            value = next(iter(column.enumeration.members)) if column.enumeration else EXTREMES[column.type.graphql][0]
        return Name(column.enumeration.members[value][0]) if column.enumeration else _plain(value)


EXTREMES: dict[str, list[Any]] = {
    "String": ["", "é", "%", "\0"],
    "Int": [0, 2**31 - 1, -(2**31)],
    "Long": [0, 2**63 - 1, -(2**63)],
    "Float": [0.0, -0.0, 1e300, 1e-300, 5],
    "Boolean": [True, False],
    "DateTime": ["2022-01-14T10:40:32Z", "0001-01-01", "9999-12-31T23:59:59.999999Z", "2022-01-14T10:40:32+05:30"],
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if value.tzinfo is None else "")
    return value


@dataclass
class Writer:
    """One document being written."""

    chance: Chance
    asking: Asking
    schema: GraphQLSchema
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name → type it is on, text."""
    taken: set[str] = field(default_factory=set)
    """Fields with arguments that were written under their own names: once is all they may be."""
    count: int = 0
    left: int = 60
    """Fields that may still be written."""

    def request(self) -> Request:
        query = self.schema.query_type
        assert query is not None
        roots = [self.root(query) for _ in range(self.chance.up_to(3, 1))]
        head = f"query Q({', '.join(self.declared)})" if self.declared else "query Q"
        others = [f"fragment {name} on {on} {text}" for name, (on, text) in self.fragments.items()]
        return Request("\n".join([f"{head} {{ {' '.join(roots)} }}", *others]), None, self.variables)

    def root(self, query: GraphQLObjectType) -> str:
        if self.chance.one_in(15):
            return self.chance.pick(["__typename", f'{self.fresh("a")}: __type(name: "Star") {{ name }}'])
        if self.chance.one_in(10):
            name = self.chance.pick(["node", "nodes"])
            return self.wrapped(query, self.nodes(name, query.fields[name]))
        if self.chance.one_in(6):
            name = self.chance.pick(sorted(DECLARED.by_aggregate))
            told = self.asking.of_groups(DECLARED.by_aggregate[name])
            return self.wrapped(query, self.field(name, query.fields[name], told, 0))
        single = self.chance.one_in(5)
        name = self.chance.pick(sorted(DECLARED.by_singular if single else DECLARED.by_plural))
        table = DECLARED.by_singular[name] if single else DECLARED.by_plural[name]
        told = self.asking.of_single(table) if single else self.asking.of_page(table, 5)
        return self.wrapped(query, self.field(name, query.fields[name], told, 0))

    def field(self, name: str, definition: GraphQLField, told: Mapping[str, Any], depth: int) -> str:
        """A field with arguments and a selection, perhaps written twice, to be merged."""
        parent = get_named_type(definition.type)
        assert isinstance(parent, GraphQLObjectType)
        head = f"{self.alias(name, always=bool(definition.args))}{name}{self.arguments(definition, told)}"
        times = 2 if self.chance.one_in(12) else 1
        return " ".join(f"{head}{self.directive()} {{ {self.selection(parent, depth)} }}" for _ in range(times))

    def nodes(self, name: str, definition: GraphQLField) -> str:
        """Rows of several tables by their ids, with a selection on one type: fields of two need not go together."""
        tables = self.chance.some(list(DECLARED.tables.values()), 3)
        ids = [self.asking.node(table) for table in (*tables, *tables[:1])]
        told: dict[str, Any] = {"id": ids[0]} if name == "node" else {"ids": ids}
        kind = self.schema.type_map[tables[0].type_name]
        assert isinstance(kind, GraphQLObjectType)
        head = f"{self.alias(name, always=True)}{name}{self.arguments(definition, told)}"
        return f"{head}{self.directive()} {{ __typename id ... on {kind.name} {{ {self.selection(kind, 2)} }} }}"

    def alias(self, name: str, *, always: bool) -> str:
        if always and name not in self.taken and self.chance.one_in(3):
            self.taken.add(name)
            return ""
        return f"{self.fresh('a')}: " if always or self.chance.one_in(8) else ""

    def fresh(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def selection(self, parent: GraphQLObjectType, depth: int) -> str:
        free = [name for name, one in parent.fields.items() if not any(map(is_required_argument, one.args.values()))]
        names = self.chance.some(sorted(free), 6 if len(free) > 6 else 3)
        table = next(
            (table for table in (*DECLARED.tables.values(), OBJECT, MATCH) if table.type_name == parent.name), None
        )
        if table and DECLARED.links_of(table) and self.chance.one_in(2):
            links = DECLARED.links_of(table)
            names.append(self.chance.pick(sorted(links.keys() | aggregates_of(links).keys())))
        parts = [self.wrapped(parent, self.member(parent, table, name, depth)) for name in names]
        if self.chance.one_in(8):
            parts.append("__typename")
        known = [name for name, (on, _) in self.fragments.items() if on == parent.name]
        if known and self.chance.one_in(2):
            parts.append(f"...{self.chance.pick(known)}{self.defer()}")
        return " ".join(parts)

    def member(self, parent: GraphQLObjectType, table: Table | None, name: str, depth: int) -> str:
        definition = parent.fields[name]
        self.left -= 1
        if is_leaf_type(get_named_type(definition.type)):
            return f"{self.alias(name, always=False)}{name}{self.directive()}"
        links = DECLARED.links_of(table) if table else {}
        aggregates = aggregates_of(links)
        if name not in links and name not in aggregates:
            told = {"wavelength": self.chance.pick([1.65e-6, 0.0, None])} if "wavelength" in definition.args else {}
            return self.field(name, definition, told, depth)
        if depth == DEPTH or self.left < 0:
            return "__typename"
        link = links.get(name) or aggregates[name]
        told = self.asking.of_page(link.target, 3) if link.many else {}
        if name in aggregates:
            told = self.asking.of_groups(link.target)
        if isinstance(link.bridge, Neighbourhood):
            told |= self.asking.of_calibrators()
        return self.field(name, definition, told, depth + 1)

    def wrapped(self, parent: GraphQLObjectType, text: str) -> str:
        """A selection, perhaps within a fragment."""
        match self.chance.up_to(15):
            case 15:
                return f"... on {parent.name}{self.directive()}{self.defer()} {{ {text} }}"
            case 14:
                return f"...{self.directive()}{self.defer()} {{ {text} }}"
            case 13:
                name = self.fresh("F")
                self.fragments[name] = (parent.name, f"{{ {text} }}")
                return f"...{name}{self.directive()}{self.defer()}"
            case _:
                return text

    def defer(self) -> str:
        if not self.chance.one_in(2):
            return ""
        label = f'label: "{self.fresh("d")}"' if self.chance.one_in(2) else ""
        switch = f"if: {self.switch(told=not self.chance.one_in(4))}" if self.chance.one_in(3) else ""
        given = ", ".join(filter(None, (label, switch)))
        return f" @defer({given})" if given else " @defer"

    def directive(self) -> str:
        if not self.chance.one_in(25):
            return ""
        return f" @{self.chance.pick(['skip', 'include'])}(if: {self.switch(told=self.chance.one_in(2))})"

    def switch(self, *, told: bool) -> str:
        return json.dumps(told) if self.chance.one_in(2) else self.variable("Boolean!", told)

    def arguments(self, definition: GraphQLField, told: Mapping[str, Any]) -> str:
        written = [f"{name}: {self.written(definition.args[name].type, value)}" for name, value in told.items()]
        return f"({', '.join(written)})" if written else ""

    def variable(self, kind: str, value: Any, *, one_of: bool = False) -> str:
        name = self.fresh("v")
        told = self.chance.up_to(9)
        default = f" = {_literal(value)}" if told > 7 and value is not None else ""
        if default and kind.endswith("!") and not one_of and self.chance.one_in(4):
            # A default makes up for the `!`: null is then wrong only when it comes to it.
            kind, value, told = kind[:-1], None, 8
        self.declared.append(f"${name}: {kind}{default}")
        if not default or told == 8:
            self.variables[name] = value
        return f"${name}"

    def written(self, kind: Any, value: Any, *, one_of: bool = False) -> str:
        """An argument as a literal that may hold variables, or as a variable."""
        if self.chance.one_in(8):
            return self.variable(f"{kind}!" if one_of else str(kind), value, one_of=one_of)
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(value, list) and isinstance(inner, GraphQLList):
            return f"[{', '.join(self.written(inner.of_type, item) for item in value)}]"
        if isinstance(value, dict) and isinstance(inner, GraphQLInputObjectType):
            alone = bool(inner.is_one_of)
            parts = [
                f"{name}: {self.written(inner.fields[name].type, part, one_of=alone)}" for name, part in value.items()
            ]
            return f"{{{', '.join(parts)}}}"
        return _literal(value)


def _literal(value: Any) -> str:
    match value:
        case Name():
            return str(value)
        case dict():
            return f"{{{', '.join(f'{key}: {_literal(part)}' for key, part in value.items())}}}"
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def requests(schema: GraphQLSchema, rows: Rows) -> st.SearchStrategy[Request]:
    """Valid requests."""

    @st.composite
    def made(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Request:
        chance = Chance(draw)
        return Writer(chance, Asking(chance, rows), schema).request()

    return made()
