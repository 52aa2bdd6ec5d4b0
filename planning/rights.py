"""Rights in SQL: every reference to a column that a right hides is made here, whichever door asks.

What is hidden is masked, `CASE WHEN may THEN access_url END`: the mask costs no index, is shipped by postgres_fdw, and
an error in a condition on a masked value tells nothing of what is behind it. Who asks and the time are bound, so that
a statement's text is the same for everybody.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from planning.asker import Asker, asker
from schema import rights
from schema.catalog import ALL as DATABASES
from schema.column import Column, ColumnSql
from schema.named_queries import named_query
from schema.rights import TYPES, Right
from schema.spelling import column_name, column_sql, relation_name
from schema.table import Source, Table

RELEASES, NEXT = named_query("planning/rights", "releases"), named_query("planning/rights", "next")
OPENINGS = named_query("planning/rights", "openings")
RIGHTS: Mapping[Column, Right] = MappingProxyType({
    one.hidden: one for database in DATABASES for one in (*database.rights, *database.by_date)
})  # fmt: skip
"""By the column that it hides."""
HIDDEN = frozenset(RIGHTS)
"""Columns of which not everybody may see all."""


def right(column: Column) -> Right | None:
    """What hides a column; None for one that everybody may see."""
    return RIGHTS.get(column)


def deciding(columns: Iterable[Column]) -> list[Column]:
    """Columns with those of the same rows that decide who may see them."""
    found = dict.fromkeys(columns)
    for column in tuple(found):
        hides = RIGHTS.get(column)
        if hides and hides.through is None:
            found |= dict.fromkeys(hides.columns)
    return list(found)


def masked(hides: Right, value: str, columns: Iterable[str], bound: Callable[[str], str]) -> str:
    """The SQL of what an asker sees of a column.

    Parameters
    ----------
    value
        SQL of the column itself.
    columns
        SQL of `Right.columns`.
    bound
        One of `schema.rights.TYPES` → SQL of what is bound for it.
    """
    who = {name: bound(name) for name in hides.asked}
    other = "" if hides.otherwise is None else f" ELSE {hides.otherwise}"
    return f"CASE WHEN {hides.condition.format(*columns, **who)} THEN {value}{other} END"


def deciding_names(hides: Right, *, direct: bool) -> tuple[str, ...]:
    """What the columns that decide are called in the table that they hide something of, or in `beside` it."""
    before = f"{hides.through.field}_" if hides.through else ""
    return tuple(f"{before}{column_name(column, direct=direct)}" for column in hides.columns)


def beside(table: Table, *, direct: bool) -> str | None:
    """The query that replaces a table, with the columns of other rows that decide who may see what of it.

    None where its own rows decide.
    """
    found = (RIGHTS.get(column) for column in table.columns)
    others = [(hides, hides.through) for hides in found if hides and hides.through]
    if not others:
        return None
    columns, joins = ["t.*"], [f"{'.'.join(relation_name(table, direct=direct))} AS t"]
    for number, (hides, link) in enumerate(others):
        near, far = (column_name(end, direct=direct) for end in (link.from_column, link.to_column))
        other = ".".join(relation_name(link.target, direct=direct))
        joins.append(f'LEFT JOIN {other} AS r{number} ON r{number}."{far}" = t."{near}"')
        names = zip(hides.columns, deciding_names(hides, direct=direct), strict=True)
        columns += [f'r{number}."{column_name(column, direct=direct)}" AS "{name}"' for column, name in names]
    return f"SELECT {', '.join(columns)} FROM {' '.join(joins)}"  # noqa: S608 - of declarations


def seen_sql(column: Column, alias: str, places: list[tuple[str, str]]) -> str:
    """The SQL of what an asker sees of a column of a relation of the hub.

    What it binds is added to `places`, whose number `$n` is its place: `value` has each.
    """
    own, hides = column_sql(column, alias, direct=False), right(column)
    if hides is None:
        return own

    def numbered(name: str) -> str:
        if (name, hides.catalogue) not in places:
            places.append((name, hides.catalogue))
        return f"CAST(${places.index((name, hides.catalogue)) + 1} AS {TYPES[name]})"

    return masked(hides, own, (column_sql(other, alias, direct=False) for other in hides.columns), numbered)


def value(name: str, catalogue: str) -> Any:
    """What is bound for whom the work at hand is done (`planning.asker`)."""
    person = asker()
    match name:
        case rights.NOW:
            return this_moment()
        case rights.NAMES:
            return _names(person, catalogue)
        case rights.KNOWN:
            return person.known
        case rights.COLLECTIONS:
            return list(person.collections)
        case rights.LET:
            return ["/".join(owners) for owners in person.collections.values()]
        case _:
            return person.administers(catalogue)


def this_moment() -> datetime:
    """The time by which embargoes end (UTC, without a zone).

    An answer that depends on it is kept until the next release (`hub.dependencies.RELEASES`).
    """
    return datetime.now(UTC).replace(tzinfo=None)


def releases_sql(source: Source) -> str:
    """SQL, for the hub, of the next instants at which rows of a source open to everybody, by its rights.

    They are microseconds since 1970 (UTC), the next first. `$1` is the time now (timestamp, UTC), `$2` how many are
    wanted.
    """
    parts = [_releases(hides, released, source) for hides, released in source.releases]
    parts += [OPENINGS.format(released=_opening(value), table=table.qualified) for table, value in source.openings]
    return NEXT.format(parts="\nUNION ALL ".join(parts))


def _releases(hides: Right, released: Column, source: Source) -> str:
    """Those of rows that are closed to somebody without rights now, and will be open to them one day."""
    now, opens = (open_to_everybody(hides, when) for when in ("$1", "'infinity'"))
    table = next(table for table in source.tables if hides.hidden in table.columns)
    return RELEASES.format(released=released.sql, table=table.qualified, open=now, opens=opens)


def open_to_everybody(hides: Right, when: str) -> str:
    """SQL, for the hub, of whether who has no rights may see a column of a row at a time, which is SQL (UTC)."""
    columns = [column.sql for column in hides.columns]
    nobody = {name: "false" if kind == "boolean" else f"'{{}}'::{kind}" for name, kind in TYPES.items()}
    return hides.condition.format(*columns, **(nobody | {rights.NOW: f"CAST({when} AS {TYPES[rights.NOW]})"}))


def _opening(value: ColumnSql) -> str:
    return value.text.format(*(f'"{column.sql}"' for column in value.columns))


def _names(person: Asker, catalogue: str) -> list[str]:
    """The principal investigators that a person may act for, in capitals, as `/`-separated cells have them."""
    return sorted({person.login.upper(), *person.acts_for(catalogue)}) if person.known else []
