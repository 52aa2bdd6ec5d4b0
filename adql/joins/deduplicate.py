"""A union in which every row is said once, where something is asked of its rows.

The union's view finds out what is said elsewhere of all rows there are. Here the names of those that are asked for are
sent to where they may be said too, and only what is found of them comes back.
"""

from collections.abc import Callable, Sequence

from adql.joins.graph import JoinRelation
from adql.template import Node, column, derived, every, joined, literal, made, relation
from schema.table import Branch, Known
from schema.types import LONG
from schema.views import NUMBER

MOST_NAMES = 20_000
"""Names that are sent; where there are more, all that are said elsewhere are fetched, as the view does."""
NAMES = "SELECT {{0}} AS name FROM {{1}} WHERE {{2}} LIMIT {most} + 1"
LISTED = """SELECT {0} AS key, {3} AS name FROM {1} CROSS JOIN LATERAL (
SELECT jsonb_array_elements_text(CASE jsonb_typeof({4}) WHEN 'array' THEN {4} END) AS name) AS n WHERE {2}"""
SAID = """SELECT {{0}} AS name FROM {{1}} WHERE {{2}} AND {{0}} IS NOT NULL
AND ({{0}} = ANY (ARRAY(SELECT name FROM {names})) OR (SELECT count(*) > {most} FROM {names}))"""
# Grouped, for of what it knows nothing about PostgreSQL expects few groups: then it looks each row up in a table in
# memory. In a join, expecting but a row of a cone, it compared every row with every other, fetched anew for each.
UNSAID = "{{0}} NOT IN (SELECT name FROM {said} GROUP BY 1)"
UNLISTED = """{{0}} NOT IN (SELECT key FROM {names}
WHERE CASE WHEN name IN (SELECT name FROM {said} GROUP BY 1) THEN true END GROUP BY 1)"""
Named = Callable[[str, Node], str]


def said_twice(part: JoinRelation) -> bool:
    """Whether some rows of what a relation is made of must be left out, as they are said elsewhere too."""
    return part.table is not None and part.table.repeated is not None


def once(part: JoinRelation, asked: Sequence[Node], named: Named) -> Node:
    """The branches of a union, without the rows that are said elsewhere; `asked` is what is asked of its rows."""
    assert part.table  # noqa: S101 - told to mypy
    listed = ", ".join(f'{part.alias}."{each.sql}"' for each in part.table.columns)
    text = f"SELECT {listed} FROM {{0}} WHERE {{1}}"  # noqa: S608 - of declarations
    branches = [
        made(text, _branch(branch, part), every([_unsaid(branch, known, part, asked, named) for known in branch.known]))
        for branch in part.table.branches
    ]
    return derived(joined(" UNION ALL ", branches), part.alias)


def _branch(branch: Branch, part: JoinRelation) -> Node:
    schema, _, name = branch.table.qualified.partition(".")
    return relation(schema, name, part.alias)


def _unsaid(branch: Branch, known: Known, part: JoinRelation, asked: Sequence[Node], named: Named) -> Node:
    """Whether a row of a branch is not said elsewhere."""
    own, there = column(part.alias, branch.own.sql), _branch(branch, part)
    if known.names is branch.own:
        names = named("n", made(NAMES.format(most=MOST_NAMES), own, there, every(asked)))
        return made(UNSAID.format(said=named("k", _said(known, names))), own.copy())
    one = made(literal(NUMBER)) if known.column.type is LONG else made("n.name")
    # Few rows have a list; of keys, which would be compared with them one by one in the hub, it is not asked here.
    names = named("n", made(LISTED, own, there, every(part.own), one, column(part.alias, known.names.sql)))
    return made(UNLISTED.format(names=names, said=named("k", _said(known, names))), own.copy())


def _said(known: Known, names: str) -> Node:
    schema, _, name = known.table.qualified.partition(".")
    only = made(f'k."{known.only[0].sql}" = {known.only[1]}') if known.only else made("true")
    text = SAID.format(names=names, most=MOST_NAMES)
    return made(text, column("k", known.column.sql), relation(schema, name, "k"), only)
