"""Semi-join pushdown: rows of a large relation that cannot be in the result are left out before they are fetched.

postgres_fdw joins two databases by fetching both sides. Here keys go from the relation that has the fewest rows to the
next along what the query says is equal, and only rows with one of these keys are fetched. With tables

    jsdc.star (2 500 000 rows, database jsdc)       jsdc_id, name, vmag
    crossid.target (35 000 rows, of the hub)        star_id, target_id
    obsportal.exposure (342 000 rows, obsportal)    target_id, exp_id

the query

    SELECT s.name, e.exp_id FROM jsdc.star AS s JOIN crossid.target AS i ON i.star_id = s.jsdc_id
    JOIN obsportal.exposure AS e ON e.target_id = i.target_id WHERE s.vmag < 3

is written for the hub, before this pass, as

    SELECT … FROM jsdc.star AS t1 JOIN crossid.target AS t2 ON (t2.star_id = t1.jsdc_id)
    JOIN obsportal.exposure AS t3 ON (t3.target_id = t2.target_id) WHERE (t1.vmag < 3)

and after it, `x AMONG k` standing for `(x = ANY (ARRAY(SELECT key FROM k)) OR (SELECT count(*) > 500000 FROM k))`, as

    WITH k4 AS MATERIALIZED (SELECT t2.star_id AS key FROM crossid.target AS t2 WHERE true GROUP BY 1 LIMIT 500001),
         k6 AS MATERIALIZED (SELECT t1.jsdc_id AS key FROM jsdc.star AS t1
                             WHERE ((t1.vmag < 3) AND t1.jsdc_id AMONG k4) LIMIT 500001),
         k7 AS MATERIALIZED (SELECT t2.target_id AS key FROM crossid.target AS t2
                             WHERE t2.star_id AMONG k6 LIMIT 500001)
    SELECT … FROM (SELECT t1.* FROM jsdc.star AS t1 WHERE t1.jsdc_id AMONG k4) AS t1
    JOIN crossid.target AS t2 ON (t2.star_id = t1.jsdc_id)
    JOIN (SELECT t3.* FROM obsportal.exposure AS t3 WHERE t3.target_id AMONG k7) AS t3 ON (t3.target_id = t2.target_id)
    WHERE (t1.vmag < 3)

crossid.target is the smallest: its keys (k4) go to the stars. The stars have a filter, so that theirs (k6) go back to
crossid.target, whose targets (k7) then go to the exposures: only exposures of bright stars leave the Obs Portal.

A table of the hub looks each of its values up in a table of the keys in memory (`IN`) instead of in an array.
Where there are more keys than are sent, which only running it tells, the condition is true of all rows. Places that
must be near each other become pairs first, by cells (`adql.joins.pairs`); a query after IN is answered first and its
values are sent (`InQueryEdge`). All of it is one statement of the hub, and every condition that is added follows from
those of the query: the rows are those of the plain statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from adql.clauses import LimitedQuery, cte, derived
from adql.joins.deduplicate import has_duplicates, used_columns, without_duplicates
from adql.joins.exists import rewrite_exists, rewrite_near_exists
from adql.joins.first import first_rows, has_first_rows
from adql.joins.graph import EqualEdge, InQueryEdge, JoinEdge, JoinGraph, JoinRelation, NearEdge, RegionEdge, read
from adql.joins.pairs import Ends, Pairs, equal_pairwise, find_pairs, find_region_pairs
from adql.joins.plan import SemiJoinPlan, copied
from adql.order import FirstRows
from adql.predicates import InKeys, InKeysHere, all_of
from adql.template import CteReference, Node, column, fragment
from planning.sql import HASHED
from schema.table import Table

MOST_KEYS = 500_000
"""Keys that are sent: so many take seconds, and all 2.5 million stars, which are fetched beyond, half a minute."""
MOST_ROWS = 1_000_000
"""Rows of which at most the places or keys are gathered."""
WORTH = 2
"""How many times smaller a relation is that reduces another."""
SPREAD = 10
"""Rows that are expected for each key."""
VALUES = "SELECT DISTINCT c0 AS key FROM ({0}) AS s"
UNESTIMATED = "CASE WHEN {0} THEN true END"
"""A condition of which PostgreSQL has no idea: of a cone it expects hardly a row, and would fetch anew for each."""


def push_down(
    select: exp.Select,
    tables: Mapping[str, Table],
    alias: Callable[[str], str],
    first: FirstRows | None = None,
    *,
    whole: bool = False,
) -> dict[str, str]:
    """Change a SELECT of the hub so that sources leave out rows that cannot be in its result.

    Parameters
    ----------
    select
        Changed in place: relations of its FROM are replaced, and it gets a WITH.
    tables
        Declarations by name in the hub, as `jsdc.star`.
    alias
        Gives a name with a prefix that nothing else in the statement has.
    first
        The rows that are wanted of what it gives; None for all.
    whole
        Whether it reads all rows there are, however few it gives, as a count does.

    Returns
    -------
    settings
        PostgreSQL's, by name, that the statement is to be planned and run with.
    """
    plan = SemiJoinPlan(alias)
    queries = []
    if select.args.get("where"):
        rewrite_exists(select.args["where"].this)
        queries = rewrite_near_exists(select, tables, alias, plan.name_query)
    graph = read(select, tables)
    settings: dict[str, str] = {}
    for query in queries:
        settings |= push_down(query, tables, alias)
    for edge in graph.in_queries:
        if edge.relation.location:
            _send_values(edge, plan)
    if _spans_databases(graph):
        _reduce(graph, plan)
    if first and has_first_rows(select, graph, first):
        [union] = graph.relations
        union.put(first_rows(select, union, first, plan.name_query))
    else:
        used = _used(select, graph) if whole else []
        for relation in graph.relations:
            _write(relation, plan, used)
    plan.write_queries(select)
    return settings | (dict(HASHED) if _is_misjudged(graph, plan) else {})


def _is_misjudged(graph: JoinGraph, plan: SemiJoinPlan) -> bool:
    """Whether PostgreSQL cannot know how few rows some of its relations have: with pairs, or several unions."""
    return bool(plan.pairs) or sum(has_duplicates(relation) for relation in graph.relations) > 1


def _spans_databases(graph: JoinGraph) -> bool:
    """Whether its relations are of several databases; PostgreSQL itself joins what is in one, but places in the hub."""
    locations = {relation.location for relation in graph.relations}
    if len(locations) > 1 or any(isinstance(edge, RegionEdge) for edge in graph.edges):
        return True
    return locations == {""} and any(isinstance(edge, NearEdge) for edge in graph.edges)


def _send_values(edge: InQueryEdge, plan: SemiJoinPlan) -> None:
    """Answer the query after IN first, and send its values to where the column is."""
    membership = edge.node
    keys = plan.name_query("k", fragment(VALUES, membership.args["query"].copy()))
    membership.set("query", fragment("SELECT key FROM {0}", keys.copy()))
    plan.restrict(edge.relation, _among(membership.this, keys, edge.relation))
    plan.reduced.add(edge.relation)


def _reduce(graph: JoinGraph, plan: SemiJoinPlan) -> None:
    """Go from relation to relation along the edges, first from the smallest, then from one that has filters."""
    rows = {relation: relation.expected_rows for relation in graph.relations}
    for relation in graph.relations:
        if isinstance(relation.node, exp.Subquery):
            _name_derived(relation, plan)
    smallest = sorted(graph.relations, key=rows.__getitem__)
    reached: set[JoinRelation] = set()
    for start in smallest:
        if start not in reached:
            _reduce_from(start, graph.edges, rows, reached, plan)
    filtered = [relation for relation in smallest if relation.filters]
    if filtered and not smallest[0].filters:
        _send_back(filtered[0], graph.edges, plan)


def _name_derived(relation: JoinRelation, plan: SemiJoinPlan) -> None:
    """Move a query in FROM to WITH: it is asked for its keys too, and is answered once."""
    query = plan.name_query("q", relation.node.this)
    relation.put(cte(query.name, relation.alias))


def _reduce_from(
    start: JoinRelation,
    edges: list[JoinEdge],
    rows: dict[JoinRelation, float],
    reached: set[JoinRelation],
    plan: SemiJoinPlan,
) -> None:
    """From one relation to all that edges lead to, always on from the smallest."""
    reached.add(start)
    while True:
        steps = [(edge, *_oriented(edge, reached)) for edge in edges if _leads_on(edge, reached)]
        if not steps:
            return
        edge, near, far = min(steps, key=lambda step: rows[step[1]])
        reached.add(far)
        gathered = rows[near] <= MOST_ROWS
        if isinstance(edge, RegionEdge):
            _join_pairs(find_region_pairs(edge, plan.values, plan.name_query), plan)
        elif isinstance(edge, NearEdge) and gathered and (near.location != far.location or not near.location):
            _pair(edge, near, plan)
        elif isinstance(edge, EqualEdge) and gathered and far in edge.reducible and rows[near] * WORTH < rows[far]:
            _send_keys(edge, near, far, plan)
        else:
            continue
        rows[far] = min(rows[far], rows[near] * SPREAD)


def _send_back(start: JoinRelation, edges: list[JoinEdge], plan: SemiJoinPlan) -> None:
    """From a relation that has filters to the others: only by asking is it known how few its rows are."""
    reached, waiting = {start}, [start]
    while waiting:
        near = waiting.pop()
        for edge in edges:
            if isinstance(edge, EqualEdge) and _leads_on(edge, reached) and near in dict(edge.ends):
                far = _oriented(edge, reached)[1]
                reached.add(far)
                waiting.append(far)
                if far in edge.reducible and far not in plan.pairs:
                    _send_keys(edge, near, far, plan)


def _leads_on(edge: JoinEdge, reached: set[JoinRelation]) -> bool:
    """Whether one end of an edge is reached and the other is not."""
    return len({relation for relation, _ in edge.ends} - reached) == 1


def _oriented(edge: JoinEdge, reached: set[JoinRelation]) -> tuple[JoinRelation, JoinRelation]:
    """The relations of an edge, the one that is reached first."""
    one, other = (relation for relation, _ in edge.ends)
    return (one, other) if one in reached else (other, one)


def _send_keys(edge: EqualEdge, near: JoinRelation, far: JoinRelation, plan: SemiJoinPlan) -> None:
    """Send the keys of one relation to the other."""
    columns = dict(edge.ends)
    unique = near.table is not None and near.table.keyed(columns[near].name)
    values = plan.values(near, {"key": columns[near]}, distinct=not unique)
    keys = plan.name_query("k", LimitedQuery(this=values, limit=MOST_KEYS + 1))
    if far in plan.sent:  # what comes back is of the same keys, and fewer
        plan.conditions[far].remove(plan.sent[far])
    plan.sent[far] = _among(columns[far], keys, far)
    plan.restrict(far, plan.sent[far])
    if far.location and far.location != near.location:
        plan.reduced.add(far)


def _among(value: Node, keys: CteReference, relation: JoinRelation) -> InKeys:
    """Whether a value of a relation is one of the keys; true where they are too many to be sent."""
    among = InKeys if relation.location else InKeysHere
    return among(this=value.copy(), keys=keys, most=MOST_KEYS)


def _pair(edge: NearEdge, start: JoinRelation, plan: SemiJoinPlan) -> None:
    """Find the pairs of places first; then one relation is joined with them, and the other with that."""
    pairs = find_pairs(edge, start, plan.values, plan.name_query)
    if pairs.selective and pairs.other in edge.reducible:
        pairs = _of_filtered_stars(pairs, plan)
    _join_pairs(pairs, plan)


def _join_pairs(pairs: Pairs, plan: SemiJoinPlan) -> None:
    """Join a relation with its pairs, and the other with that; rows in no pair are left out where they are fetched."""
    edge = pairs.edge
    plan.pairs.setdefault(pairs.through, []).append(pairs)
    for relation, ends in ((pairs.through, pairs.inner), (pairs.other, pairs.outer)):
        if relation in edge.reducible and relation.location and isinstance(ends[0][0], exp.Column):
            plan.restrict(relation, _in_pairs(relation, ends, pairs, plan))
            plan.reduced.add(relation)
    equal = equal_pairwise([(node, column(pairs.through.alias, pairs.column(key))) for node, key in pairs.outer])
    edge.node.replace(equal if pairs.exact else all_of([fragment(UNESTIMATED, edge.node.copy()), equal]))


def _of_filtered_stars(pairs: Pairs, plan: SemiJoinPlan) -> Pairs:
    """Those of the pairs whose star passes the filters, as its source tells: the other side has fewer rows then."""
    stars, ((key, _),) = pairs.through, pairs.inner
    plan.restrict(stars, _in_pairs(stars, pairs.inner, pairs, plan))
    keys = plan.name_query("k", plan.values(stars, {"key": key}, distinct=False))
    plan.conditions[stars].pop()
    return replace(pairs, query=plan.name_query("n", pairs.of_keys(keys)))


def _in_pairs(relation: JoinRelation, ends: Ends, pairs: Pairs, plan: SemiJoinPlan) -> Node:
    """Whether a row has the key of a pair, or the right ascension of its place."""
    value, key = ends[0]
    keys = plan.name_query("k", LimitedQuery(this=pairs.keys(key), limit=MOST_KEYS + 1))
    return _among(value, keys, relation)


def _used(select: exp.Select, graph: JoinGraph) -> list[str]:
    """The columns of a union that is all that a query reads; none where it reads others too."""
    return used_columns(graph.relations[0], [select]) if list(map(has_duplicates, graph.relations)) == [True] else []


def _write(relation: JoinRelation, plan: SemiJoinPlan, used: Sequence[str]) -> None:
    """Put the rows that are left in the place of a relation; with pairs it is joined first (hence OFFSET)."""
    pairs = plan.pairs.get(relation, [])
    conditions = [*relation.filters, *plan.conditions.get(relation, ())]
    if conditions and has_duplicates(relation):
        relation.put(without_duplicates(relation, conditions, plan.name_query, used))
    if relation not in plan.reduced and not pairs:
        return
    exact = [fragment(UNESTIMATED, one.exact) for one in pairs if one.exact]
    where = copied(*(conditions if pairs else plan.conditions[relation]), *exact)
    relation.put(derived(_joined_with(pairs, relation, where), relation.alias))


def _joined_with(pairs: list[Pairs], relation: JoinRelation, where: Node) -> Node:
    """A query of the rows of a relation, joined with pairs, whose other ends are columns of it then."""
    listed = [f"{relation.alias}.*"]
    joins, parts = "", [relation.node.copy()]
    for one in pairs:
        listed += [f"{one.query.name}.{key} AS {one.column(key)}" for _, key in one.outer]
        joins += f" JOIN {{{len(parts)}}} ON {{{len(parts) + 1}}}"
        equal = equal_pairwise([(node, column(one.query.name, key)) for node, key in one.inner])
        parts += [one.query.copy(), equal]
    last = " OFFSET 0" if pairs else ""
    text = f"SELECT {', '.join(listed)} FROM {{0}}{joins} WHERE {{{len(parts)}}}{last}"  # noqa: S608 - names of ours
    return fragment(text, *parts, where)
