"""The statements of a search as one types: one to each database that is searched. Pure functions.

JSDC is asked for the names that a text is, and for the first in the alphabet of those that begin with it, both of
which the indexes answer that names are looked up by; nothing is asked of it that it had not before. Of two letters
half a million names begin: the brightest stars among them, words within names, and similar ones are searched among the
names that people type (`crossid.star_name`), in the hub, as are those that observers gave.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planning.plan import Cell, Compared, Plan, StatementShape
from planning.routing import Databases, Destination
from planning.sql import Statement
from schema import crossid, jsdc, obsportal, oidb, oidb_collections, search, spica
from schema.column import Column
from schema.named_queries import named_query
from schema.operators import Op
from schema.search_terms import SearchTerms
from schema.spelling import column_sql, relation_name
from schema.table import Table

MOST = 50
"""Most rows of one condition."""
MOST_SIMILAR = 20
"""Most rows for being similar."""
LETTERS = 4
"""Least letters of a text that similar names are searched for: of fewer, half of the names are."""
LAST = "\U0010ffff"
"""Behind every text that begins with another, in the order of bytes, stands that with this character."""
STARS = named_query("planning/name_search", "stars")
TARGETS = named_query("planning/name_search", "targets")
FOLDED = "(lower(replace(designation, ' ', '')) COLLATE \"C\")"
"""SQL of `schema.designation.folded`, as `sql/hub/similar.sql` has an index on it."""


@dataclass(frozen=True, slots=True)
class TitledTable:
    """A small table whose names and titles are all looked through."""

    kind: int
    """Code of `schema.search.KINDS`."""
    table: Table
    title: Column
    """What to show; its key where there is none."""
    names: tuple[Column, ...]
    """What is searched, beside the key."""


_TITLES = {table: table.by_field for table in (obsportal.PROGRAM, spica.PROGRAM, oidb_collections.COLLECTION)}
TITLED = tuple(
    TitledTable(kind, table, _TITLES[table][title], tuple(_TITLES[table][name] for name in (title, *others)))
    for kind, table, title, *others in (
        (search.PROGRAMME, obsportal.PROGRAM, "obsProgramTitle"),
        (search.PROGRAMME, spica.PROGRAM, "programTitle"),
        (search.COLLECTION, oidb_collections.COLLECTION, "title", "name"),
    )
)
OBSERVED = (("obsportal", crossid.TARGET), ("oidb", crossid.GRANULE), ("spica", crossid.SPICA))
"""Databases with observers' names, each with the hub's table of them."""


def search_statements(terms: SearchTerms, typed: str, kinds: Collection[int], known: Databases) -> list[Statement]:
    """The statements that search for a text.

    Parameters
    ----------
    terms
        The text in its spellings.
    typed
        The text as it was typed, by which exposures are searched, whose identifiers differ in case.
    kinds
        Codes of `schema.search.KINDS`; what is not among them is not asked for.
    known
        What is known of the databases.

    Returns
    -------
    list
        One for each database, whose rows have the columns that `sql/queries/planning/name_search.sql` tells; those of
        JSDC have neither its name of the star nor a magnitude, which `stars_plan` fetches.
    """
    stars = [_of_jsdc(terms, known.destination(("jsdc",)))] if search.STAR in kinds else []
    hub = [text for text, kind in _hub_texts() if kind in kinds]
    named = [Statement(_united(hub), _hub_values(terms), (crossid.NAME,))] if hub else []
    return [*stars, *named, *_of_titles(terms, typed, kinds, known)]


def stars_plan(numbers: Sequence[int]) -> Plan:
    """Number, name in JSDC and magnitude in V of stars by their numbers."""
    columns = (jsdc.STAR_ID, jsdc.STAR.by_field["name"], jsdc.STAR.quantities["vmag"].value)
    cells = tuple(Cell(column, column.sql) for column in columns)
    return Plan(StatementShape(jsdc.STAR, cells, (Compared(jsdc.STAR_ID, Op.IN),)), (list(numbers),))


def _of_jsdc(terms: SearchTerms, to: Destination) -> Statement:
    patterns = [f"{_escaped(prefix)}%" for prefix in (*terms.prefixes, *terms.numbers)]
    values = (list(terms.designations), sorted(terms.keys), *patterns)
    return Statement(_jsdc_text(len(patterns), to), values, ("jsdc",), to.direct)


@lru_cache(maxsize=64)
def _jsdc_text(prefixes: int, to: Destination) -> str:
    designation, folded, star = (jsdc.IDENTIFIER.by_field[name] for name in ("designation", "folded", "starId"))
    spelt, key, number = (column_sql(column, "i", direct=to.direct) for column in (designation, folded, star))
    # Of one table: a join that is ordered and cut is not shipped, and every star would be fetched.
    rows = (
        f"SELECT {search.STAR} AS kind, 'jsdc' AS source, {number}::text AS key, {spelt} AS label, "  # noqa: S608 - declared
        f"ARRAY[{spelt}] AS names, NULL::real AS magnitude, {number} AS star_id, false AS alike "
        f"FROM {_relation(jsdc.IDENTIFIER, to)} AS i WHERE "
    )
    order = f"ORDER BY {key} {to.order.sorting(descending=False)} LIMIT {MOST}"
    known = [f"{spelt} = ANY ($1::text[]) LIMIT {MOST}", f"{key} = ANY ($2::text[]) LIMIT {MOST}"]
    begun = [f"{key} LIKE ${number}::text {order}" for number in range(3, 3 + prefixes)]
    return _united([rows + condition for condition in (*known, *begun)])


@lru_cache(maxsize=1)
def _hub_texts() -> tuple[tuple[str, int], ...]:
    """The texts in the hub, each with the kind of what it finds."""
    sizes = {"most": MOST, "similar": MOST_SIMILAR}
    targets = (
        TARGETS.format(
            kind=search.TARGET, source=source, table=table.qualified, key=table.key.sql, folded=FOLDED, **sizes
        )
        for source, table in OBSERVED
    )
    return (STARS.format(kind=search.STAR, **sizes), search.STAR), *((text, search.TARGET) for text in targets)


def _hub_values(terms: SearchTerms) -> tuple[object, ...]:
    lows = [*terms.prefixes, *terms.numbers]
    words = [f"% {_escaped(word)}%" for word in terms.words]
    whole = len(terms.text) >= LETTERS and not any(map(str.isdigit, terms.text))
    return lows, [low + LAST for low in lows], words, terms.text if whole else ""


def _of_titles(terms: SearchTerms, typed: str, kinds: Collection[int], known: Databases) -> Iterator[Statement]:
    regular = r"\m" + re.sub(r"([^\w\s])", r"\\\1", terms.text)
    within = f"%{_escaped(terms.text)}%"
    exposures = [f"{_escaped(text)}%" for text in dict.fromkeys((typed, typed.upper()))]
    for source in (obsportal.SOURCE, oidb.SOURCE, spica.SOURCE):
        to = known.destination((source.name,))
        texts = [_titles(one, to) for one in TITLED if one.kind in kinds and one.table.source == source.name]
        values = [regular, within] if texts else []
        if source is obsportal.SOURCE and search.EXPOSURE in kinds:
            texts += [_exposures(number, to) for number in range(len(values) + 1, len(values) + 1 + len(exposures))]
            values += exposures
        if texts:
            yield Statement(_united(texts), tuple(values), (source.name,), to.direct)


@lru_cache(maxsize=64)
def _titles(titled: TitledTable, to: Destination) -> str:
    key, title = (column_sql(column, "t", direct=to.direct) for column in (titled.table.key, titled.title))
    names = [key, *(column_sql(column, "t", direct=to.direct) for column in titled.names)]
    # ILIKE first, which takes a tenth of the time and leaves few rows to the regular expression.
    condition = " OR ".join(f"({name} ILIKE $2::text AND {name} ~* $1::text)" for name in names)
    return (
        f"SELECT {titled.kind} AS kind, '{titled.table.source}' AS source, {key}::text AS key, "  # noqa: S608 - declared
        f"coalesce({title}, {key}) AS label, ARRAY[{', '.join(names)}] AS names, NULL::real AS magnitude, "
        f"NULL::bigint AS star_id, false AS alike FROM {_relation(titled.table, to)} AS t "
        f"WHERE {condition} ORDER BY {key} {to.order.sorting(descending=False)} LIMIT {MOST}"
    )


@lru_cache(maxsize=64)
def _exposures(number: int, to: Destination) -> str:
    key = column_sql(obsportal.EXP_ID, "t", direct=to.direct)
    return (
        f"SELECT {search.EXPOSURE} AS kind, 'obsportal' AS source, {key} AS key, {key} AS label, "  # noqa: S608 - declared
        f"ARRAY[{key}] AS names, NULL::real AS magnitude, NULL::bigint AS star_id, false AS alike "
        f"FROM {_relation(obsportal.EXPOSURE, to)} AS t WHERE {key} LIKE ${number}::text "
        f"ORDER BY {key} {to.order.sorting(descending=False)} LIMIT {MOST}"
    )


def _relation(table: Table, to: Destination) -> str:
    return ".".join(relation_name(table, direct=to.direct))


def _united(texts: Sequence[str]) -> str:
    return " UNION ALL ".join(f"({text})" for text in texts)


def _escaped(text: str) -> str:
    """A text as LIKE takes it literally."""
    return re.sub(r"([\\%_])", r"\\\1", text)
