"""From the heading of a VOTable to a table of the hub: what can be said before its rows are seen, and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.publishing import places
from adapters.publishing.naming import Names, graphql_names
from adapters.votable.datatypes import scalar_type
from adapters.votable.heading import FieldElement, GroupElement, Heading
from schema.jsdc import CONFIDENCE, ORIGIN
from schema.published import NAME
from schema.table import Column, Enumeration, Quantity, Table
from schema.types import ASCII, DOUBLE, FLOAT, INT, LONG, SHORT, TEXT, Scalar

ID_MAIN = ("meta.id;meta.main", "ID_MAIN")
LIKELY = ("meta.id", "ID_", "phot.mag", "PHOT_", "time.", "TIME_", "src.", "SPECT_TYPE")
"""What UCDs of columns that people select by begin with."""
WHOLE, REAL = (SHORT, INT, LONG), (FLOAT, DOUBLE)
MOST_INDEXES = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A table whose rows have not been seen."""

    name: str
    description: str
    loaded: tuple[Column, ...]
    """Columns that the rows fill, in their order."""
    constants: Mapping[Column, str]
    """Columns that are the same in all rows, PARAMs in the document, with their SQL."""
    computed: Mapping[Column, str]
    """Columns that are made of others of the row, with their SQL."""
    quantities: tuple[Quantity, ...]
    keys: tuple[Column, ...]
    """What may be the key, best first."""
    number: Column
    """The number of the row, for a table that has no other key."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All but the number."""
        return (*self.loaded, *self.constants, *self.computed)

    @property
    def coded(self) -> dict[Column, Enumeration]:
        """Columns that seem to hold codes of JSDC's lists."""
        origins = {quantity.origin: ORIGIN for quantity in self.quantities if quantity.origin}
        return origins | {quantity.confidence: CONFIDENCE for quantity in self.quantities if quantity.confidence}

    @property
    def position(self) -> tuple[Column, Column] | None:
        """Right ascension and declination in degrees."""
        main = {column.ucd: column for column in self.columns if column.ucd.endswith(places.MAIN)}
        ra, dec = (main.get(f"pos.eq.{axis}{places.MAIN}") for axis in ("ra", "dec"))
        return (ra, dec) if ra and dec else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known once the rows are there."""

    unique: frozenset[Column]
    """Candidates for the key that are one."""
    unicode: frozenset[Column]
    """Text beyond ASCII, whatever its FIELD says."""
    coded: frozenset[Column]
    """Columns whose values are codes of their list."""
    long: frozenset[Column]
    """Text that is too long for an index, so for a key too."""


def draft(heading: Heading, name: str) -> Draft:
    """Declare what can be declared of a table of that name."""
    names = Names()
    given = [_column(field, names) for field in heading.fields]
    frames = {column: heading.systems.get(field.ref, "") for field, column in zip(heading.fields, given, strict=True)}
    place = places.place(given, frames)
    loaded = tuple(_main(places.told(column, place)) for column in given)
    by_id = {field.id or field.name: column for field, column in zip(heading.fields, loaded, strict=True)}
    params = {param.id: param for param in heading.params if param.id}
    wanted = dict.fromkeys(ref for group in heading.groups for ref in group.params if ref in params)
    constant = {ref: _column(params[ref], names) for ref in wanted}
    number, field = names.column("row_number")
    return Draft(
        name,
        heading.description or heading.name or name,
        loaded,
        {column: _literal(params[ref]) for ref, column in constant.items()},
        place.computed(names) if place and place.worded else {},
        tuple(_quantities(heading.groups, by_id | constant)),
        tuple(_keys(heading, loaded, by_id)),
        Column(number, LONG, "Number of the row", ucd="meta.record", field=field, required=True),
    )


def settled(drafted: Draft, facts: Facts) -> Table:
    """The table, once its rows have been seen."""
    key = next((column for column in drafted.keys if column in facts.unique - facts.long), drafted.number)
    columns = (drafted.number, *drafted.columns) if key is drafted.number else drafted.columns
    likely = [column for column in drafted.loaded if column.ucd.startswith(LIKELY) and column.type.orderable]
    indexed = [column for column in likely if column not in facts.long][:MOST_INDEXES]
    changed = {
        column: replace(
            column,
            key=column is key,
            required=column is key,
            indexed=column is key or column in indexed,
            type=TEXT if column in facts.unicode and column.type is ASCII else column.type,
            enumeration=drafted.coded.get(column) if column in facts.coded else None,
        )
        for column in columns
    }
    quantities = [sound for each in drafted.quantities if (sound := _renewed(each, changed, facts))]
    kind, plural = graphql_names(drafted.name)
    members = tuple(_members(tuple(changed.values()), quantities))
    qualified = f"{NAME}.{drafted.name}"
    return Table(NAME, drafted.name, qualified, kind, plural, drafted.description, members)


def _column(field: FieldElement, names: Names) -> Column:
    name, graphql = names.column(field.name)
    kind = scalar_type(field.datatype, field.arraysize, field.xtype)
    told = (field.description or field.name, field.unit.strip('"'), field.ucd, field.utype)
    return Column(name, kind, *told, given=names.given(field.name, name), field=graphql, principal=True)


def _main(column: Column) -> Column:
    return replace(column, ucd=ID_MAIN[0]) if column.ucd in ID_MAIN else column


def _quantities(groups: Sequence[GroupElement], known: Mapping[str, Column]) -> Iterator[Quantity]:
    """GROUPs of a number with its error, origin and confidence, as SearchCal and GetStar write them."""
    taken: set[Column] = set()
    for group in groups:
        members = {spelled(known[ref]): known[ref] for ref in (*group.fields, *group.params) if ref in known}
        value = members.get(group.name)
        if value is None or value.type not in REAL or taken.intersection(members.values()):
            continue
        quantity = Quantity(
            value,
            _part(members, f"e_{group.name}", REAL),
            _part(members, f"{group.name}.origin", WHOLE),
            _part(members, f"{group.name}.confidence", WHOLE),
        )
        if len(quantity.columns) > 1:
            taken.update(quantity.columns)
            yield quantity


def spelled(column: Column) -> str:
    """A column's name as its document has it."""
    return column.given or column.name


def _part(members: Mapping[str, Column], name: str, types: Sequence[Scalar]) -> Column | None:
    found = members.get(name)
    return found if found and found.type in types else None


def _renewed(quantity: Quantity, changed: Mapping[Column, Column], facts: Facts) -> Quantity | None:
    """The quantity of the columns as they are now, codes only where they are some."""
    origin, confidence = (
        changed[column] if column in facts.coded else None for column in (quantity.origin, quantity.confidence)
    )
    made = Quantity(changed[quantity.value], quantity.error and changed[quantity.error], origin, confidence)
    return made if len(made.columns) > 1 else None


def _members(columns: Sequence[Column], quantities: Sequence[Quantity]) -> Iterator[Column | Quantity]:
    of_value = {quantity.value: quantity for quantity in quantities}
    within = {column for quantity in quantities for column in quantity.columns}
    for column in columns:
        if column in of_value:
            yield of_value[column]
        elif column not in within:
            yield column


def _literal(param: FieldElement) -> str:
    kind = scalar_type(param.datatype, param.arraysize, param.xtype)
    return "'" + param.value.replace("'", "''") + f"'::{kind.sql}" if param.value.strip() else "NULL"


def _keys(heading: Heading, columns: Sequence[Column], by_id: Mapping[str, Column]) -> Iterator[Column]:
    """What JMMC's importer takes for the key, then the main identifier."""
    for group in heading.groups:
        if group.name == "primaryKey" and len(group.fields) == 1 and group.fields[0] in by_id:
            yield by_id[group.fields[0]]
    for column in columns:
        if column.ucd == ID_MAIN[0] and (column.type in WHOLE or column.type.sql == "text"):
            yield column
