"""Joins across databases: rows of a large relation that cannot be in the result are left out before they are fetched.

postgres_fdw alone fetches both sides of such a join. From the relation of which least is asked, keys go from one to the
next along what the query says is equal: `big.key = ANY (keys of small)` is sent to the source of the big one. Places
that must be near each other become pairs first, by cells (`adql.joins.pairs`). All of it is one statement of the hub,
and all conditions are implied: the rows are those of the plain statement.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from adql.joins import exists
from adql.joins.deduplicate import once, said_twice
from adql.joins.graph import EqualEdge, InQueryEdge, JoinEdge, JoinGraph, JoinRelation, NearEdge, read
from adql.joins.pairs import KEYS, Ends, Pairs, alike, paired
from adql.template import Node, SqlTemplate, column, derived, every, joined, made, named, with_materialized
from schema.table import Table

MOST_KEYS = 50_000
"""Keys that are sent; where there are more, as only running it tells, all rows are fetched as they would be anyway."""
MOST_ROWS = 1_000_000
"""Rows of which at most the places or keys are gathered."""
WORTH = 2
"""How many times smaller a relation is that reduces another."""
SPREAD = 10
"""Rows that are expected for each key."""
AMONG = "({{0}} = ANY (ARRAY(SELECT key FROM {keys})) OR (SELECT count(*) > {most} FROM {keys}))"
NAME = re.compile(r"\b[knq]\d+\b")
VALUES = "SELECT DISTINCT c0 AS key FROM ({0}) AS s"
HELD = "CASE WHEN {0} THEN true END"
"""A condition of which PostgreSQL has no idea: of a cone it expects hardly a row, and would fetch anew for each."""


@dataclass(slots=True)
class SemiJoinPlan:
    """What is added to a statement."""

    alias: Callable[[str], str]
    common: list[tuple[str, Node]] = field(default_factory=list)
    conditions: dict[JoinRelation, list[Node]] = field(default_factory=dict)
    """What leaves out rows of a relation, true of every row that can be in the result."""
    sent: dict[JoinRelation, Node] = field(default_factory=dict)
    """The one of these that is of keys of another relation."""
    pairs: dict[JoinRelation, list[Pairs]] = field(default_factory=dict)
    """What a relation is joined with before everything else."""
    wanted: set[JoinRelation] = field(default_factory=set)
    """Relations whose rows are to be left out where they are fetched, and not only where their keys are."""

    def values(self, part: JoinRelation, told: Mapping[str, Node], *, once: bool = True) -> Node:
        """Values of the rows of a relation that can be in the result, by name; once each, grouped where they are."""
        listed = ", ".join(f"{{{at}}} AS {name}" for at, name in enumerate(told, 2))
        last = f" GROUP BY {', '.join(str(at) for at in range(1, len(told) + 1))}" if once else ""
        text = f"SELECT {listed} FROM {{0}} WHERE {{1}}{last}"  # noqa: S608 - names of ours
        known = (*part.own, *self.conditions.get(part, ()))
        return joined(
            " UNION ",
            [made(text, node, every(known), *(each.copy() for each in told.values())) for node in part.once_more()],
        )

    def named(self, prefix: str, query: Node) -> str:
        """A query that is answered once, by its name."""
        name = self.alias(prefix)
        self.common.append((name, query))
        return name


def reduce(select: exp.Select, tables: Mapping[str, Table], alias: Callable[[str], str]) -> None:
    """Change a SELECT whose FROM joins relations of several databases; `tables` by their names in the hub."""
    where = select.args.get("where")
    if where:
        exists.rewrite(where.this)
    found = read(select, tables)
    placed = any(isinstance(tie, NearEdge) for tie in found.ties)
    places = {part.place for part in found.parts}
    plan = SemiJoinPlan(alias)
    for each in found.within:
        if each.part.place:
            _keep(each, plan)
    if len(places) > 1 or (placed and places == {""}):  # what is in one place PostgreSQL joins
        _join(found, plan)
    for part in found.parts:
        _write(part, plan)
    common = _needed(select, plan.common)
    if common:
        with_materialized(select, common)


def _needed(select: exp.Select, common: list[tuple[str, Node]]) -> list[tuple[str, Node]]:
    """The named queries that are asked, by the statement or by one another."""
    kept: list[tuple[str, Node]] = []
    asked = _names(select)
    for name, query in reversed(common):
        if name in asked:
            kept.insert(0, (name, query))
            asked |= _names(query)
    return kept


def _names(query: Node) -> set[str]:
    found: set[str] = set()
    waiting: list[object] = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, SqlTemplate):
            found.update(NAME.findall(node.this))
            waiting += node.expressions
        elif isinstance(node, exp.Table):
            found.add(node.name)
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, exp.Expression) and not isinstance(node, exp.Column):
            waiting += node.args.values()
    return found


def _keep(within: InQueryEdge, plan: SemiJoinPlan) -> None:
    """Answer a query whose values a column has one of first, and send them to where the column is."""
    value, query = within.node.expressions
    keys = plan.named("k", made(VALUES, query.copy()))
    query.replace(made(f"SELECT key FROM {keys}"))  # noqa: S608 - a name of ours
    plan.conditions.setdefault(within.part, []).append(_among(value, keys))
    plan.wanted.add(within.part)


def _join(found: JoinGraph, plan: SemiJoinPlan) -> None:
    """Go from relation to relation along what ties them."""
    rows = {part: part.rows for part in found.parts}
    for part in found.parts:
        if isinstance(part.node, exp.Subquery):
            _name(part, plan)
    smallest = sorted(found.parts, key=rows.__getitem__)
    reached: set[JoinRelation] = set()
    for start in smallest:
        if start not in reached:
            _follow(start, found.ties, rows, reached, plan)
    asked = [part for part in smallest if part.own]
    if asked and not smallest[0].own:
        _back(asked[0], found.ties, plan)


def _name(part: JoinRelation, plan: SemiJoinPlan) -> None:
    """A query in FROM is asked for its keys too: it is answered once."""
    _put(part, named(plan.named("q", part.node.this), part.alias))


def _put(part: JoinRelation, node: Node) -> None:
    """Put something else in the place of a relation."""
    part.node.replace(node)
    part.node = node


def _follow(
    start: JoinRelation,
    ties: list[JoinEdge],
    rows: dict[JoinRelation, float],
    reached: set[JoinRelation],
    plan: SemiJoinPlan,
) -> None:
    """From one relation to all that are tied to it, always on from the smallest."""
    reached.add(start)
    while True:
        steps = [(tie, *_directed(tie, reached)) for tie in ties if _leaves(tie, reached)]
        if not steps:
            return
        tie, (here, _), (there, _) = min(steps, key=lambda step: rows[step[1][0]])
        reached.add(there)
        worth = rows[here] <= MOST_ROWS
        if isinstance(tie, NearEdge) and worth and (here.place != there.place or not here.place):
            _pair(tie, here, plan)
        elif isinstance(tie, EqualEdge) and worth and there in tie.may and rows[here] * WORTH < rows[there]:
            _send(tie, here, there, plan)
        else:
            continue
        rows[there] = min(rows[there], rows[here] * SPREAD)


def _back(start: JoinRelation, ties: list[JoinEdge], plan: SemiJoinPlan) -> None:
    """From a relation of which something is asked to the others: only by asking is it known how few its rows are."""
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for tie in ties:
            if isinstance(tie, EqualEdge) and _leaves(tie, reached) and here in dict(tie.ends):
                there = _directed(tie, reached)[1][0]
                reached.add(there)
                waiting.append(there)
                if there in tie.may and there not in plan.pairs:
                    _send(tie, here, there, plan)


def _leaves(tie: JoinEdge, reached: set[JoinRelation]) -> bool:
    return len({end[0] for end in tie.ends} - reached) == 1


def _directed(
    tie: JoinEdge, reached: set[JoinRelation]
) -> tuple[tuple[JoinRelation, object], tuple[JoinRelation, object]]:
    one, other = tie.ends
    return (one, other) if one[0] in reached else (other, one)


def _send(tie: EqualEdge, here: JoinRelation, there: JoinRelation, plan: SemiJoinPlan) -> None:
    """Send the keys of one relation to the other."""
    values = dict(tie.ends)
    unique = here.table is not None and here.table.keyed(values[here].name)
    found = plan.values(here, {"key": values[here]}, once=not unique)
    keys = plan.named("k", made(f"{{0}} LIMIT {MOST_KEYS + 1}", found))
    known = plan.conditions.setdefault(there, [])
    if there in plan.sent:  # what comes back is of the same keys, and fewer
        known.remove(plan.sent[there])
    plan.sent[there] = _among(values[there], keys)
    known.append(plan.sent[there])
    if there.place and there.place != here.place:
        plan.wanted.add(there)


def _among(value: Node, keys: str) -> Node:
    """Whether a value is one of the keys; true where they are too many to be sent, as the source is told with them."""
    return made(AMONG.format(keys=keys, most=MOST_KEYS), value.copy())


def _pair(tie: NearEdge, here: JoinRelation, plan: SemiJoinPlan) -> None:
    """Find the pairs of places first; then one relation is joined with them, and the other with that."""
    pairs = paired(tie, here, plan.values, plan.named)
    if pairs.chosen and pairs.other in tie.may:
        pairs = _chosen(pairs, plan)
    plan.pairs.setdefault(pairs.through, []).append(pairs)
    for part, ends in ((pairs.through, pairs.inner), (pairs.other, pairs.outer)):
        if part in tie.may and part.place and isinstance(ends[0][0], exp.Column):
            plan.conditions.setdefault(part, []).append(_paired(ends, pairs, plan))
            plan.wanted.add(part)
    equal = alike([(node, column(pairs.through.alias, pairs.column(key))) for node, key in pairs.outer])
    tie.node.replace(equal if pairs.exact else joined(" AND ", [made(HELD, tie.node.copy()), equal]))


def _chosen(pairs: Pairs, plan: SemiJoinPlan) -> Pairs:
    """Those of the pairs whose star is as the query wants it, as its source tells: the other side has fewer then."""
    part, ((key, _),) = pairs.through, pairs.inner
    known = plan.conditions.setdefault(part, [])
    known.append(_paired(pairs.inner, pairs, plan))
    keys = plan.named("k", plan.values(part, {"key": key}, once=False))
    known.pop()
    return replace(pairs, name=plan.named("n", made(pairs.among(keys))))


def _paired(ends: Ends, pairs: Pairs, plan: SemiJoinPlan) -> Node:
    """Whether a row has the key of a pair, or the right ascension of its place."""
    value, key = ends[0]
    keys = plan.named("k", made(f"{KEYS.format(key=key, pairs=pairs.name)} LIMIT {MOST_KEYS + 1}"))
    return _among(value, keys)


def _write(part: JoinRelation, plan: SemiJoinPlan) -> None:
    """Put the rows that are left in the place of a relation; with pairs it is joined first (hence OFFSET)."""
    pairs = plan.pairs.get(part, [])
    asked = (*part.own, *plan.conditions.get(part, ()))
    if asked and said_twice(part):
        _put(part, once(part, asked, plan.named))
    if part not in plan.wanted and not pairs:
        return
    told = [f"{part.alias}.*", *(f"{each.name}.{key} AS {each.column(key)}" for each in pairs for _, key in each.outer)]
    ties = [alike([(node, column(each.name, key)) for node, key in each.inner]) for each in pairs]
    exact = [made(HELD, each.exact) for each in pairs if each.exact]
    known = (*(asked if pairs else plan.conditions[part]), *exact)
    joins = "".join(f" JOIN {each.name} ON {{{at}}}" for at, each in enumerate(pairs, 1))
    last = " OFFSET 0" if pairs else ""
    text = f"SELECT {', '.join(told)} FROM {{0}}{joins} WHERE {{{len(pairs) + 1}}}{last}"  # noqa: S608 - names of ours
    _put(part, derived(made(text, part.node.copy(), *ties, every(known)), part.alias))
