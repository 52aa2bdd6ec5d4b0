"""EXISTS becomes `IN (query)`, which looks at nothing outside of itself and which the other passes can push down.

Where one equality ties it to the query around it,

    FROM jsdc.star AS s
    WHERE EXISTS (SELECT * FROM crossid.granule AS i WHERE i.star_id = s.jsdc_id AND i.method = 1)

becomes

    FROM jsdc.star AS s
    WHERE s.jsdc_id IN (SELECT i.star_id AS c0 FROM crossid.granule AS i WHERE i.method = 1)

Both are true of the same rows. Where EXISTS is false, IN may be NULL: among conditions that must all be true, that is
the same. Where it is tied to one relation by position, perhaps beside other conditions,

    FROM jsdc.star AS s
    WHERE s.vmag < 9 AND EXISTS (SELECT * FROM oidb.granule AS g WHERE gw.in_cone(s.ra, s.dec, g.s_ra, g.s_dec, 0.001))

becomes a join with that relation once more, of which pairs are found in the hub (`adql.joins.pairs`):

    FROM jsdc.star AS s
    WHERE s.vmag < 9 AND s.jsdc_id IN (
      SELECT t.jsdc_id AS c0 FROM jsdc.star AS t, oidb.granule AS g
      WHERE t.vmag < 9 AND gw.in_cone(t.ra, t.dec, g.s_ra, g.s_dec, 0.001))

A row is told from others by its key; one of a query or an upload, which have none, by the text of all its columns that
the query names, which is never NULL. Where EXISTS need not be true (NOT, OR), the query is named by WITH, and it is
`EXISTS (SELECT FROM k WHERE key = s.jsdc_id)`, which PostgreSQL answers from a table in memory.

It stays as it is where the rows of the query are not simply those of its FROM and WHERE: with GROUP BY, TOP, or an
aggregate, which has a row of no rows.
"""

from collections.abc import Callable, Mapping

from sqlglot import exp

from adql.clauses import CommaList, cte, output, table_alias
from adql.joins.graph import RELATIONS, JoinRelation, NearEdge, RegionEdge, qualifiers, read
from adql.predicates import Equality, ExistsQuery, InQuery, all_of, conjuncts
from adql.template import AggregateCall, CteReference, Node, VolatileCall, column, fragment
from schema.table import Table

CLAUSES = {"kind", "hint", "distinct", "expressions", "from_", "where"}
"""Clauses that the SELECT in EXISTS may have: others decide whether it has rows."""
KEYS = "SELECT c0 AS key FROM ({0}) AS s GROUP BY 1"
IS_KEY = "SELECT FROM unnest(ARRAY(SELECT key FROM {0})) AS key WHERE key = {1}"
"""An array's, of which PostgreSQL expects few and so makes a table in memory of them: of pairs it expects billions."""


def rewrite_exists(condition: Node) -> None:
    """Replace, in a WHERE, each EXISTS that must be true for it to be and that can be said by IN."""
    for conjunct in list(conjuncts(condition)):
        if isinstance(conjunct, ExistsQuery):
            membership = _as_in_query(conjunct.args["query"])
            if membership:
                conjunct.replace(membership)


def rewrite_near_exists(
    select: exp.Select,
    tables: Mapping[str, Table],
    alias: Callable[[str], str],
    name_query: Callable[[str, Node], CteReference],
) -> list[exp.Select]:
    """Replace, in the WHERE of a SELECT, each EXISTS that is tied by position to one relation of its FROM.

    Parameters
    ----------
    tables
        Declarations by name in the hub.
    alias
        Gives a name with a prefix that nothing else in the statement has.
    name_query
        Adds a query to the WITH of the statement.

    Returns
    -------
    queries
        Those that were made of them, for rows to be left out of in turn.
    """
    where = select.args["where"].this
    inside = [found for found in where.find_all(ExistsQuery) if found.find_ancestor(exp.Select) is select]
    relations = {relation.alias: relation for relation in read(select, tables).relations} if inside else {}
    required = {id(conjunct) for conjunct in conjuncts(where)}
    queries = []
    for found in inside:
        relation = _tied_to(found.args["query"], relations)
        if relation is None or not _is_near(_joined(found.args["query"], relation, alias("t")), tables):
            continue
        if isinstance(relation.node, exp.Subquery):  # asked here too, and answered once
            relation.put(cte(name_query("q", relation.node.this).name, relation.alias))
        query = _joined(found.args["query"], relation, alias("t"))
        value = _identity(relation, found.args["query"])
        if id(found) in required:
            found.replace(InQuery(this=value, query=query))
        else:
            found.set("query", fragment(IS_KEY, name_query("k", fragment(KEYS, query)), value))
        queries.append(query)
    return queries


def _tied_to(query: Node, relations: Mapping[str, JoinRelation]) -> JoinRelation | None:
    """The one relation around a query that conditions of its rows look at; None for none or several."""
    if not isinstance(query, exp.Select) or not _has_plain_rows(query) or query.find(VolatileCall):
        return None
    inside = {relation.alias for relation in query.find_all(*RELATIONS)}
    outside = qualifiers(query) - inside
    if len(outside) != 1 or not qualifiers(query.args["from_"]) <= inside:
        return None
    return relations.get(outside.pop())


def _joined(query: exp.Select, relation: JoinRelation, twin: str) -> exp.Select:
    """The rows of a relation for which a query that looks at it has some, by what tells them from others.

    Parameters
    ----------
    twin
        The relation's alias in it.
    """
    joined = query.copy()
    source = joined.args["from_"].this
    sources = source.expressions if isinstance(source, CommaList) else [source]
    again = relation.node.copy()
    again.set("alias", table_alias(twin))
    conditions = [*(condition.copy() for condition in relation.filters), *conjuncts(joined.args["where"].this)]
    joined.set("distinct", None)
    joined.set("expressions", [output(_identity(relation, query), "c0")])
    joined.set("from_", exp.From(this=CommaList(expressions=[again, *sources])))
    joined.set("where", exp.Where(this=all_of(conditions)))
    for found in joined.find_all(exp.Column):
        if found.table == relation.alias:
            found.set("table", exp.Identifier(this=twin))
    return joined


def _identity(relation: JoinRelation, query: Node) -> Node:
    """What tells the rows of a relation apart, as far as a query that looks at it can."""
    if relation.table and relation.location:
        return column(relation.alias, relation.table.key.sql)
    names = dict.fromkeys(found.name for found in query.find_all(exp.Column) if found.table == relation.alias)
    listed = ", ".join(f"{{{number}}}" for number in range(len(names)))
    return fragment(f"CAST(ROW({listed}) AS text)", *(column(relation.alias, name) for name in names))


def _is_near(query: exp.Select, tables: Mapping[str, Table]) -> bool:
    """Whether its first relation is tied to another one by position."""
    graph = read(query, tables)
    near = [dict(edge.ends) for edge in graph.edges if isinstance(edge, NearEdge | RegionEdge)]
    return any(graph.relations[0] in ends for ends in near)


def _as_in_query(select: Node) -> InQuery | None:
    if not isinstance(select, exp.Select) or not _has_plain_rows(select):
        return None
    inside = {relation.alias for relation in select.find_all(*RELATIONS)}
    correlated: list[Node] = []
    closed: list[Node] = []
    for conjunct in conjuncts(select.args["where"].this):
        (closed if qualifiers(conjunct) <= inside else correlated).append(conjunct)
    if len(correlated) != 1 or not isinstance(correlated[0], Equality):
        return None
    sides = [side for side in correlated[0].sides if isinstance(side, exp.Column)]
    columns = sorted(sides, key=lambda column: column.table in inside)
    if [column.table in inside for column in columns] != [False, True]:
        return None
    outer, inner = columns
    return InQuery(this=outer.copy(), query=_values(select, inner, closed))


def _values(select: exp.Select, column: exp.Column, conditions: list[Node]) -> exp.Select:
    """The values that a column of a query has in the rows that some of its conditions leave."""
    values = select.copy()
    values.set("expressions", [output(column.copy(), "c0")])
    where = exp.Where(this=all_of([condition.copy() for condition in conditions])) if conditions else None
    values.set("where", where)
    return values


def _has_plain_rows(select: exp.Select) -> bool:
    """Whether it has a row for each that its FROM and WHERE give, and no other."""
    if not select.args.get("where") or any(part for clause, part in select.args.items() if clause not in CLAUSES):
        return False
    return not any(value.find(AggregateCall) for value in select.expressions)
