"""Draft a table of the hub from the heading of a VOTable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from adapters.publishing import places
from adapters.publishing.naming import Names, graphql_names
from adapters.votable.heading import FieldElement, GroupElement, Heading
from adapters.votable.texts import expected
from planning.errors import BadInput
from publishing.draft import Draft, spelled
from schema.column import Column, Quantity
from schema.types import DOUBLE, FLOAT, INT, LONG, MOMENT, SHORT, Scalar
from schema.votable_types import scalar_type
from sky.instants import format_timestamp, parse_timestamp

ID_MAIN = ("meta.id;meta.main", "ID_MAIN")
"""UCD1+ and UCD1 of the main identifier."""
WHOLE, REAL = (SHORT, INT, LONG), (FLOAT, DOUBLE)


def draft_table(heading: Heading, name: str) -> Draft:
    """Declare a table of the schema `published`: columns, constants, position, quantities, candidate keys.

    Parameters
    ----------
    heading
        FIELDs, PARAMs, GROUPs and COOSYS of the VOTable's table.
    name
        As `table_name` returns it.

    Raises
    ------
    BadInput
        GraphQL has another type or field of that name.
    """
    return drafted(heading, name, graphql_names(name))


def drafted(heading: Heading, name: str, in_graphql: tuple[str, str]) -> Draft:
    """The same of a table that is called so in GraphQL: its type, and the field of its connection."""
    names = Names()
    given = [_column(field, names) for field in heading.fields]
    frames = {column: heading.systems.get(field.ref, "") for field, column in zip(heading.fields, given, strict=True)}
    place = places.position_columns(given, frames)
    loaded = tuple(_main(places.with_position_ucd(column, place)) for column in given)
    by_id = {field.id or field.name: column for field, column in zip(heading.fields, loaded, strict=True)}
    params = {param.id: param for param in heading.params if param.id}
    refs = dict.fromkeys(ref for group in heading.groups for ref in group.params if ref in params)
    constant = {ref: _column(params[ref], names) for ref in refs}
    number, field = names.column("row_number")
    return Draft(
        name,
        *in_graphql,
        heading.description or heading.name or name,
        loaded,
        {column: _literal(params[ref]) for ref, column in constant.items()},
        place.degree_columns(names) if place and place.sexagesimal else {},
        tuple(_quantities(heading.groups, by_id | constant)),
        tuple(_keys(heading, loaded, by_id)),
        Column(number, LONG, "Number of the row", ucd="meta.record", field=field, required=True),
    )


def _column(field: FieldElement, names: Names) -> Column:
    name, graphql = names.column(field.name)
    kind = scalar_type(field.datatype, field.arraysize, field.xtype)
    metadata = (field.description or field.name, field.unit.strip('"'), field.ucd, field.utype)
    return Column(name, kind, *metadata, given=names.given(field.name, name), field=graphql, principal=True)


def _main(column: Column) -> Column:
    return replace(column, ucd=ID_MAIN[0]) if column.ucd in ID_MAIN else column


def _quantities(groups: Sequence[GroupElement], known: Mapping[str, Column]) -> Iterator[Quantity]:
    """Yield quantities: GROUPs of a number with its error, origin and confidence, as SearchCal writes them."""
    taken: set[Column] = set()
    for group in groups:
        members = {spelled(known[ref]): known[ref] for ref in (*group.fields, *group.params) if ref in known}
        value = members.get(group.name)
        if value is None or value.type not in REAL or taken.intersection(members.values()):
            continue
        quantity = Quantity(
            value,
            _member(members, f"e_{group.name}", REAL),
            _member(members, f"{group.name}.origin", WHOLE),
            _member(members, f"{group.name}.confidence", WHOLE),
        )
        if len(quantity.columns) > 1:
            taken.update(quantity.columns)
            yield quantity


def _member(members: Mapping[str, Column], name: str, types: Sequence[Scalar]) -> Column | None:
    column = members.get(name)
    return column if column and column.type in types else None


def _literal(param: FieldElement) -> str:
    kind = scalar_type(param.datatype, param.arraysize, param.xtype)
    value = param.value.strip() and (_moment(param) if kind is MOMENT else param.value)
    return "'" + value.replace("'", "''") + f"'::{kind.sql}" if value else "NULL"


def _moment(param: FieldElement) -> str:
    try:
        return format_timestamp(parse_timestamp(param.value))
    except ValueError as error:
        message = f"PARAM {param.name}: {param.value[:60]!r} is not {expected(param)}"
        raise BadInput(message) from error


def _keys(heading: Heading, columns: Sequence[Column], by_id: Mapping[str, Column]) -> Iterator[Column]:
    """Yield candidate keys: the GROUP `primaryKey` of JMMC's importer, then main identifiers."""
    for group in heading.groups:
        if group.name == "primaryKey" and len(group.fields) == 1 and group.fields[0] in by_id:
            yield by_id[group.fields[0]]
    for column in columns:
        if column.ucd == ID_MAIN[0] and (column.type in WHOLE or column.type.sql == "text"):
            yield column
