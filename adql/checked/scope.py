"""Scopes: the relations and columns that names stand for at one place of a query, and those of the queries around."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from adql.checked.catalogue import same, spelled
from adql.checked.typed import NONE, ColumnMetadata, ColumnRef, GeometryForm, TypedExpression, plain
from adql.errors import AdqlError
from adql.size import CHARACTERS
from adql.template import AskerParameter, Node, column, fragment, literal
from adql.tree import Identifier, Name
from planning.rights import deciding_names, masked, right
from schema.catalog import suggestion
from schema.column import Column, Disc
from schema.rights import TYPES, Right
from schema.spelling import column_name
from schema.table import Table
from schema.types import CIRCLE, DOUBLE, POINT, POLYGON, REGION, Scalar

FORMS = {
    POINT: GeometryForm.POINT,
    CIRCLE: GeometryForm.CIRCLE,
    POLYGON: GeometryForm.POLYGON,
    REGION: GeometryForm.REGION,
}
COORDINATES = {GeometryForm.POINT: 2, GeometryForm.CIRCLE: 3}


@dataclass(frozen=True, slots=True)
class ScopeColumn:
    """A column of a relation."""

    name: str
    """As it is published, or as the query has named it."""
    sql: str
    type: Scalar | None
    metadata: ColumnMetadata = NONE
    origin: ColumnRef | None = None
    merged: Node | None = None
    """What it is, where it is no column of the relation: a join made one of two, or an alias has none for it."""
    computed: tuple[str, ...] = ()
    """For a column that is computed: a template, and the columns that stand in it, by their names in SQL."""
    hides: tuple[Right, tuple[str, ...]] | None = None
    """What hides it from some who ask, and the columns that decide it, by their names in SQL."""
    disc: "tuple[ScopeColumn, ScopeColumn, ScopeColumn, float] | None" = None
    """Of regions that are circles: the columns of their centres and diameters, and the largest diameter in degrees."""
    size: int = 1
    """How many nodes it stands for (`adql.size`)."""

    def value(self, alias: str) -> TypedExpression:
        """The column in an expression, its relation under this alias."""
        merged = self.merged.copy() if self.merged else None  # fields are kept for other statements
        node = fragment("NULL") if self.type is None else merged or self._read(alias)
        if self.disc:
            return self._circle(alias, node, self.disc)
        form = FORMS.get(self.type) if self.type else None
        size = COORDINATES.get(form, 0) if form else 0
        parts = tuple(TypedExpression(fragment(f"({{0}})[{at + 1}]", node), DOUBLE) for at in range(size))
        return TypedExpression(node, self.type, self.metadata, self.origin, form=form, parts=parts)

    def _circle(
        self, alias: str, node: Node, disc: "tuple[ScopeColumn, ScopeColumn, ScopeColumn, float]"
    ) -> TypedExpression:
        """The circle that a region is known to be: its words, with its centre and radius as parts."""
        ra, dec, diameter, widest = disc
        written = fragment(f"(CASE WHEN {{0}} <= {widest!r} THEN {{0}} / 2 END)", diameter.value(alias).sql)
        radius = TypedExpression(written, DOUBLE, largest=widest / 2)
        parts = (ra.value(alias), dec.value(alias), radius)
        return TypedExpression(node, self.type, self.metadata, self.origin, form=GeometryForm.CIRCLE, parts=parts)

    def _read(self, alias: str) -> Node:
        return self._masked(alias, *self.hides) if self.hides else self._value(alias)

    def _masked(self, alias: str, hides: Right, names: Sequence[str]) -> Node:
        parts = [self._value(alias), *(column(alias, name) for name in names)]
        who = [AskerParameter(this=name, name=hides.catalogue, kind=TYPES[name]) for name in hides.asked]
        places = [f"{{{number}}}" for number in range(len(parts) + len(who))]
        of_asker = dict(zip(hides.asked, places[len(parts) :], strict=True))
        written = masked(hides, places[0], places[1 : len(parts)], of_asker.__getitem__)
        return fragment(f"({written})", *parts, *who)

    def _value(self, alias: str) -> Node:
        if not self.computed:
            return column(alias, self.sql)
        template, *names = self.computed
        return fragment(template, *(column(alias, name) for name in names))


@dataclass(frozen=True, eq=False, slots=True)
class ScopeRelation:
    """What stands in a FROM under one name."""

    alias: str
    """In SQL."""
    names: tuple[Identifier, ...]
    """In the query: an alias, or a table with its schema, last first."""
    fields: tuple[ScopeColumn, ...]

    def called(self, qualifier: Sequence[Identifier]) -> bool:
        """Whether a qualifier means this relation."""
        if len(qualifier) > len(self.names):
            return False
        return all(
            same(identifier, known.text) and (not known.quoted or identifier.quoted or known.text.islower())
            for identifier, known in zip(reversed(qualifier), self.names, strict=False)
        )


Visible = tuple[ScopeRelation, ScopeColumn]


@dataclass(frozen=True, eq=False, slots=True)
class GroupScope:
    """Groups of rows: their select list may have keys and aggregates alone."""

    keys: frozenset[Node]
    loose: list[Name]
    """Columns outside of both so far: refused at the end, unless what they are part of turns out to be a key."""


@dataclass(frozen=True, eq=False)
class Scope:
    """What names may stand for at one place of a query."""

    relations: tuple[ScopeRelation, ...]
    columns: tuple[Visible, ...]
    """What `*` is, in order; a column that a join has made of two once."""
    outer: "Scope | None" = None
    grouping: GroupScope | None = None

    @cached_property
    def _by_name(self) -> dict[str, list[Visible]]:
        matching: dict[str, list[Visible]] = {}
        for visible in self.columns:
            matching.setdefault(visible[1].name.lower(), []).append(visible)
        return matching

    def find(self, name: Name) -> tuple[Visible, "Scope"] | None:
        """The column of a name, here or in the queries around, and where it was; None if there is none.

        Raises
        ------
        AdqlError
            It may be one of several.
        """
        matching = self._found(name.parts)
        if len(matching) > 1:
            relations = ", ".join(f"{relation.names[0].text}.{field.name}" for relation, field in matching)
            message = f"{spelled(name.parts)} may be one of several columns"
            raise AdqlError(message, name.at, f"say which: {relations}")
        if matching:
            return matching[0], self
        return self.outer.find(name) if self.outer else None

    def _found(self, parts: Sequence[Identifier]) -> list[Visible]:
        *qualifier, last = parts
        if not qualifier:
            return _of_name(self._by_name.get(last.text.lower(), ()), last) or self._formerly(self.columns, last)
        matching = [relation for relation in self.relations if relation.called(qualifier)]
        named = [(relation, field) for relation in matching for field in relation.fields]
        return _of_name(named, last) or self._formerly(named, last)

    @staticmethod
    def _formerly(columns: Iterable[Visible], identifier: Identifier) -> list[Visible]:
        return [visible for visible in columns if _is_former(visible[1], identifier)]

    def relation(self, qualifier: Sequence[Identifier]) -> ScopeRelation:
        """The relation that `qualifier.*` is of; raises `AdqlError`."""
        matching = [relation for relation in self.relations if relation.called(qualifier)]
        if len(matching) == 1:
            return matching[0]
        known = [relation.names[0].text for relation in self.relations]
        problem = "is the name of several tables of this FROM" if matching else "is no table of this FROM"
        hint = suggestion(qualifier[-1].text, known).removeprefix("; ")
        raise AdqlError(f"{spelled(qualifier)} {problem}", qualifier[0].at, hint)

    def unknown(self, name: Name) -> AdqlError:
        """How a name that stands for nothing is refused."""
        *qualifier, last = name.parts
        if qualifier and not self._qualified(qualifier):
            known = [relation.names[0].text for scope in self._chain() for relation in scope.relations]
            hint = suggestion(qualifier[-1].text, known).removeprefix("; ")
            return AdqlError(f"{spelled(qualifier)} is no table of this FROM", name.at, hint)
        columns = [field.name for scope in self._chain() for _, field in scope.columns]
        hint = suggestion(last.text.lower(), sorted({column.lower() for column in columns})).removeprefix("; ")
        exact = next((column for column in columns if column.lower() == last.text.lower()), None)
        if exact and last.quoted:
            hint = f'perhaps you meant "{exact}"'
        elif last.quoted and not qualifier:
            hint = f"a character string stands in single quotes: '{last.text}'"
        return AdqlError(f"there is no column {spelled(name.parts)}", name.at, hint)

    def _qualified(self, qualifier: Sequence[Identifier]) -> bool:
        return any(relation.called(qualifier) for scope in self._chain() for relation in scope.relations)

    def _chain(self) -> Iterable["Scope"]:
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.outer


def _of_name(columns: Iterable[Visible], identifier: Identifier) -> list[Visible]:
    return [visible for visible in columns if same(identifier, visible[1].name)]


def _is_former(field: ScopeColumn, identifier: Identifier) -> bool:
    column = field.origin.column if field.origin else None
    return bool(column and column.former and column.name == field.name and same(identifier, column.former))


@cache
def fields(table: Table, *, direct: bool) -> tuple[ScopeColumn, ...]:
    """The columns of a table, by the names that they have in the hub or, `direct`, at their source."""
    return tuple(_field(table, declared, direct=direct) for declared in table.columns)


def _field(table: Table, declared: Column, *, direct: bool) -> ScopeColumn:
    relation, stored, constant = table.relation, declared, None
    if relation is not table and table.definition:
        value = table.definition.values[declared]
        stored = next(iter(value.columns), declared)
        constant = None if value.columns else fragment(literal(value.text))
    at_source = direct and not relation.definition
    return ScopeColumn(
        declared.name,
        column_name(stored, direct=at_source),
        plain(declared.type),
        ColumnMetadata(declared.description, declared.unit, declared.ucd, declared.utype, declared.enumeration),
        ColumnRef(relation, declared),
        constant,
        () if relation.definition else _computed(stored, direct=at_source),
        _hides(stored, direct=at_source),
        _disc(table, declared.disc, direct=direct) if declared.disc else None,
        _size(relation, declared),
    )


def _disc(table: Table, disc: Disc, *, direct: bool) -> tuple[ScopeColumn, ScopeColumn, ScopeColumn, float]:
    by_name = {column.name: column for column in table.columns}
    ra, dec, diameter = (_field(table, by_name[name], direct=direct) for name in (disc.ra, disc.dec, disc.diameter))
    return ra, dec, diameter, disc.widest


def _hides(stored: Column, *, direct: bool) -> tuple[Right, tuple[str, ...]] | None:
    hides = right(stored)
    return (hides, deciding_names(hides, direct=direct)) if hides else None


def _size(relation: Table, column: Column) -> int:
    """How many nodes a column of a table stands for: of a view, those of all of its branches."""
    if relation.branches:
        own = (branch.table.by_field.get(column.graphql) for branch in relation.branches)
        pairs = zip(relation.branches, own, strict=True)
        return sum(_size(branch.table, found) if found else 1 for branch, found in pairs)
    value, hides = relation.definition and relation.definition.values.get(column), right(column)
    return 1 + sum(len(text) // CHARACTERS for text in (value and value.text, hides and hides.condition) if text)


def _computed(declared: Column, *, direct: bool) -> tuple[str, ...]:
    if declared.computed is None:
        return ()
    places = (f"{{{number}}}" for number in range(len(declared.computed.columns)))
    names = (column_name(other, direct=direct) for other in declared.computed.columns)
    return f"({declared.computed.text.format(*places)})", *names
