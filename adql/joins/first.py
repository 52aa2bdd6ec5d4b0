"""The first rows of a union in an order: each branch sorts, and gives as many as may be wanted.

A database that is told an order and a limit reads an index and stops; one that is told neither gives all its rows. But
some of the first rows of a branch are left out, as another branch has them too (`adql.joins.deduplicate`), so that more
than are wanted are read, and what was read must show that they are enough:

    FROM ivoa.obscore AS t1 … ORDER BY t1.t_min DESC LIMIT 2

becomes, where six rows of a branch with duplicates are read,

    WITH r2 AS MATERIALIZED (SELECT … FROM ivoa.obscore_oidb AS t1 ORDER BY t1.t_min DESC LIMIT 2),
         r3 AS MATERIALIZED (SELECT … FROM ivoa.obscore_obsportal AS t1 ORDER BY t1.t_min DESC LIMIT 6), …
         m7 AS MATERIALIZED (SELECT …, once, branch, count(*) FILTER (WHERE once) OVER (ORDER BY …) AS place FROM …),
         e8 AS MATERIALIZED (SELECT branch FROM m7 GROUP BY 1 HAVING count(*) = 6 AND max(place) < 2)
    FROM (SELECT … FROM m7 WHERE once AND place <= 2 AND NOT EXISTS (SELECT FROM e8)
          UNION ALL SELECT … FROM (the whole union) WHERE EXISTS (SELECT FROM e8)) AS t1

m7 has what was read of all branches, and for each row how many that are no duplicates come up to it. Behind the last
row of a branch that was cut there may be others of it: if two that stay come up to there, these are the first two. If
not, e8 names the branch, and the whole union is read as if no limit were known; else PostgreSQL never begins with it.

    oidb    9 8          m7: 9 d 9 8 d 8 d d 6 5 …: two (9, 8) come before the end of the Obs Portal, 5
    portal  9d 8d 7d 7d 6 5 |
"""

from collections.abc import Sequence

from sqlglot import exp

from adql.clauses import LimitedQuery, OrderedQuery, cte, derived, hub_relation, united
from adql.joins.branch_keys import own_key_conditions
from adql.joins.deduplicate import BranchRows, branch_columns, has_duplicates, unknown, used_columns, without_duplicates
from adql.joins.graph import JoinGraph, JoinRelation, qualifiers, repeatable
from adql.joins.pairs import NameQuery
from adql.order import FirstRows, SortTerm
from adql.predicates import all_of, conjuncts
from adql.template import Node, column, fragment
from schema.table import Branch

MOST_FIRST = 5_000
"""Rows that are looked for so: of more, the whole union is read."""
TIMES, SPARE = 3, 1_000
"""Rows that are read of a branch with duplicates: for each that is wanted, and beside these."""
BRANCH = "SELECT {listed} FROM {{0}} WHERE {{1}}"
READ = "SELECT {listed}, {{1}} AS once, {number} AS branch FROM {{0}}"
PLACED = "SELECT *, count(*) FILTER (WHERE once) OVER (ORDER BY {terms} ROWS UNBOUNDED PRECEDING) AS place FROM {{0}}"
CUT = "SELECT branch FROM {{0}} GROUP BY 1 HAVING count(*) = {read} AND max(place) < {count}"
FOUND = "SELECT {listed} FROM {{0}} WHERE once AND place <= {count} AND NOT EXISTS (SELECT FROM {{1}})"
REST = "SELECT {listed} FROM {{0}} WHERE EXISTS (SELECT FROM {{1}})"


def has_first_rows(select: exp.Select, graph: JoinGraph, first: FirstRows) -> bool:
    """Whether a query is for the first rows of a union, and each branch can be asked all that it asks of them."""
    if len(graph.relations) != 1 or not has_duplicates(graph.relations[0]) or first.count > MOST_FIRST:
        return False
    [union] = graph.relations
    where = select.args.get("where")
    asked = {id(condition) for condition in union.filters}
    return all(id(condition) in asked for condition in (conjuncts(where.this) if where else ())) and all(
        qualifiers(term.value) <= {union.alias} and repeatable(term.value) for term in first.terms
    )


def first_rows(select: exp.Select, union: JoinRelation, first: FirstRows, name_query: NameQuery) -> Node:
    """A relation with the first rows of a union, and perhaps others, in its place and under its alias.

    Parameters
    ----------
    select
        The query: it says what columns are wanted and on what condition.
    name_query
        Adds a query to the WITH of the statement.
    """
    used = used_columns(union, [select, *(term.value for term in first.terms)])
    listed = ", ".join(f'{union.alias}."{name}"' for name in used)
    assert union.table  # noqa: S101 - for mypy: it has duplicates
    branches: list[Node] = []
    for number, branch in enumerate(union.table.branches):
        read = cte(name_query("r", _first_of_branch(branch, union, first, used)).name, union.alias)
        once = unknown(BranchRows(branch, read, union.alias), name_query)
        branches.append(fragment(READ.format(listed=listed, number=number), read, once))
    places = ", ".join(f"{{{number}}}" for number in range(1, len(first.terms) + 1))
    terms = [term.directed(term.value.copy(), term.scalar, first.order) for term in first.terms]
    placed = fragment(PLACED.format(terms=places), _united(branches, union), *terms)
    rows = cte(name_query("m", placed).name, union.alias)
    cut = name_query("e", fragment(CUT.format(read=_most(first), count=first.count), rows))
    whole = without_duplicates(union, union.filters, name_query) if union.filters else union.node.copy()
    found = fragment(FOUND.format(listed=listed, count=first.count), rows.copy(), cut)
    return _united([found, fragment(REST.format(listed=listed), whole, cut.copy())], union)


def _first_of_branch(branch: Branch, union: JoinRelation, first: FirstRows, used: Sequence[str]) -> Node:
    """The first rows of a branch, with the names by which other databases may know them."""
    every = ", ".join(f'{union.alias}."{name}"' for name in branch_columns(branch, used))
    own = own_key_conditions(branch, union)
    where = fragment("false") if own is None else all_of([*(one.copy() for one in union.filters), *own])
    rows = fragment(BRANCH.format(listed=every), hub_relation(branch.table, union.alias), where)
    ordered = OrderedQuery(this=rows, expressions=[_in_branch(term, branch, union, first) for term in first.terms])
    return LimitedQuery(this=ordered, limit=_most(first) if branch.known else first.count)


def _in_branch(term: SortTerm, branch: Branch, union: JoinRelation, first: FirstRows) -> Node:
    """What a branch is sorted by; for the union's key its own, which sorts like it and has an index."""
    assert union.table  # noqa: S101 - for mypy: it has duplicates
    if term.value == column(union.alias, union.table.key.sql):
        return term.directed(column(union.alias, branch.own.sql), branch.own.type, first.order)
    return term.directed(term.value.copy(), term.scalar, first.order)


def _most(first: FirstRows) -> int:
    """How many rows are read of a branch with duplicates."""
    return TIMES * first.count + SPARE


def _united(queries: list[Node], union: JoinRelation) -> Node:
    return derived(united(queries, "UNION ALL"), union.alias)
