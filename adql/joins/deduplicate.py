"""A union in which every row is once, where conditions leave few of its rows.

The union's view (`schema.views`) finds out which rows of one branch another database has too, for all rows there are.
Here the names of the rows at hand alone are sent to where they may be known, and only what is known of them comes back:

    FROM ivoa.obscore AS t1 WHERE (t1.instrument_name = 'GRAVITY')

becomes

    WITH n2 AS MATERIALIZED (SELECT t1.exp_id AS name FROM ivoa.obscore_obsportal AS t1
                             WHERE (t1.instrument_name = 'GRAVITY') LIMIT 20000 + 1),
         k3 AS MATERIALIZED (SELECT k.obs_id AS name FROM oidb.granule AS k WHERE k.calib_level = 0
                             AND k.obs_id IS NOT NULL AND (k.obs_id = ANY (ARRAY(SELECT name FROM n2)) OR …)), …
    FROM (SELECT … FROM ivoa.obscore_oidb AS t1 WHERE true UNION ALL
          SELECT … FROM ivoa.obscore_obsportal AS t1 WHERE t1.exp_id NOT IN (SELECT name FROM k3 GROUP BY 1) UNION ALL
          …) AS t1
    WHERE (t1.instrument_name = 'GRAVITY')

A row of the Obs Portal is left out where OiDB has it; OiDB, the most preferred, looks nothing up. Rows of SPICA have
lists of names (`exp_ids`, `granule_ids`), which are unnested first.

Where all rows are read in any case, as for a count, those of a branch are fetched once, with what the query asks of
them, and names and rows are taken from there: `s_resolution`, which no index of the Obs Portal can have, as it is made
of an exposure, its stations and its mode, is then computed once for each exposure, not twice.

    WITH r2 AS MATERIALIZED (SELECT t1.exp_id FROM ivoa.obscore_obsportal AS t1 WHERE (t1.s_resolution < 0.001)),
         n3 AS MATERIALIZED (SELECT t1.exp_id AS name FROM r2 AS t1 LIMIT 20000 + 1), …
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from adql.clauses import cte, derived, hub_relation, united
from adql.joins.branch_keys import own_key_conditions
from adql.joins.graph import JoinRelation
from adql.joins.pairs import NameQuery
from adql.predicates import all_of
from adql.template import CteReference, Node, column, fragment, literal
from schema.duplicates import is_listed, name_sql, restriction, unnested
from schema.table import Branch, Known

MOST_NAMES = 20_000
"""Names that are sent; where there are more, all rows that are known elsewhere are fetched, as the view does."""
NAMES = f"SELECT {{0}} AS name FROM {{1}} WHERE {{2}} LIMIT {MOST_NAMES} + 1"  # noqa: S608 - a number
LISTED = f"""SELECT {{0}} AS key, {{3}} AS name FROM {{1}} CROSS JOIN LATERAL (
SELECT {unnested("{4}")} AS name) AS n WHERE {{2}}"""  # noqa: S608 - of our own making
KNOWN = f"""SELECT {{0}} AS name FROM {{1}} WHERE {{2}} AND {{0}} IS NOT NULL
AND ({{0}} = ANY (ARRAY(SELECT name FROM {{3}})) OR (SELECT count(*) > {MOST_NAMES} FROM {{3}}))"""  # noqa: S608 - a number
# Grouped, for of what it knows nothing about PostgreSQL expects few groups: then it looks each row up in a table in
# memory. In a join, expecting but a row of a cone, it compared every row with every other, fetched anew for each.
UNKNOWN = "{0} NOT IN (SELECT name FROM {1} GROUP BY 1)"
UNKNOWN_LISTED = """{0} NOT IN (SELECT key FROM {1}
WHERE CASE WHEN name IN (SELECT name FROM {2} GROUP BY 1) THEN true END GROUP BY 1)"""


@dataclass(frozen=True, slots=True)
class BranchRows:
    """Rows of a branch of which it is asked whether another database has them too."""

    branch: Branch
    relation: Node
    alias: str
    """Of the relation."""
    conditions: Sequence[Node] = ()
    """Names are sent of those rows alone of which all of these are true."""
    filters: Sequence[Node] = ()
    """The same of rows that have lists of names."""


def has_duplicates(one: JoinRelation) -> bool:
    """Whether it is a union of which some rows must be left out, as another branch has them too."""
    return one.table is not None and one.table.repeated is not None


def without_duplicates(
    union: JoinRelation, conditions: Sequence[Node], name_query: NameQuery, used: Sequence[str] = ()
) -> Node:
    """The branches of a union without the rows that another branch has too, as a relation with the union's alias.

    Parameters
    ----------
    conditions
        What is asked of the union's rows: names are sent of those alone of which it is true.
    name_query
        Adds a query to the WITH of the statement.
    used
        The columns of the union that are asked for, where all its rows are read; none for all, and maybe few rows.
    """
    assert union.table  # noqa: S101 - for mypy: it has duplicates
    listed = _listed(union.alias, used or [own.sql for own in union.table.shared])
    text = f"SELECT {listed} FROM {{0}} WHERE {{1}}"  # noqa: S608 - of declarations
    branches = []
    for branch in union.table.branches:
        relation, own = hub_relation(branch.table, union.alias), own_key_conditions(branch, union)
        if own is None:
            branches.append(fragment(text, relation, fragment("false")))
            continue
        rows = BranchRows(branch, relation, union.alias, (*conditions, *own), (*union.filters, *own))
        if used and branch.known:
            rows = _fetched(rows, used, name_query)
            branches.append(fragment(text, rows.relation.copy(), unknown(rows, name_query)))
            continue
        branches.append(fragment(text, relation.copy(), all_of([*own, unknown(rows, name_query)])))
    return derived(united(branches, "UNION ALL"), union.alias)


def used_columns(union: JoinRelation, nodes: Iterable[Node]) -> list[str]:
    """The columns of a union that some SQL names, in the union's order; its key where it names none."""
    assert union.table  # noqa: S101 - for mypy: it has duplicates
    named = {one.name for node in nodes for one in node.find_all(exp.Column) if one.table == union.alias}
    return [own.sql for own in union.table.shared if own.sql in named] or [union.table.key.sql]


def branch_columns(branch: Branch, used: Sequence[str]) -> list[str]:
    """The columns that are asked for, and those by which other databases may know the rows of a branch."""
    return [*dict.fromkeys((*used, branch.own.sql, *(known.names.sql for known in branch.known)))]


def _fetched(rows: BranchRows, used: Sequence[str], name_query: NameQuery) -> BranchRows:
    """The same rows, fetched once: all conditions are true of them."""
    text = f"SELECT {_listed(rows.alias, branch_columns(rows.branch, used))} FROM {{0}} WHERE {{1}}"  # noqa: S608 - of declarations
    query = name_query("r", fragment(text, rows.relation, _copied(rows.conditions)))
    return BranchRows(rows.branch, cte(query.name, rows.alias), rows.alias)


def _listed(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f'{alias}."{name}"' for name in names)


def unknown(rows: BranchRows, name_query: NameQuery) -> Node:
    """Whether a row of a branch is known to no other database; `name_query` adds a query to WITH."""
    return all_of([_unknown(rows, known, name_query) for known in rows.branch.known])


def _unknown(rows: BranchRows, known: Known, name_query: NameQuery) -> Node:
    """Whether a row of a branch is not known to another database."""
    key = column(rows.alias, rows.branch.own.sql)
    if not is_listed(rows.branch, known):
        names = name_query("n", fragment(NAMES, key, rows.relation.copy(), _copied(rows.conditions)))
        return fragment(UNKNOWN, key.copy(), name_query("k", _known(known, names)))
    name = fragment(literal(name_sql(known)))
    # Few rows have a list. Conditions on keys are left out: the hub would compare these one by one.
    listed = column(rows.alias, known.names.sql)
    names = name_query("n", fragment(LISTED, key, rows.relation.copy(), _copied(rows.filters), name, listed))
    return fragment(UNKNOWN_LISTED, key.copy(), names, name_query("k", _known(known, names)))


def _known(known: Known, names: CteReference) -> Node:
    only = fragment(literal(restriction(known) or "true"))
    return fragment(KNOWN, column("k", known.column.sql), hub_relation(known.table, "k"), only, names.copy())


def _copied(conditions: Sequence[Node]) -> Node:
    return all_of([condition.copy() for condition in conditions])
