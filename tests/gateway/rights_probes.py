"""What may tell of hidden values, at every door: generated from the declared rights, with what plain Python expects."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import httpx
from hidden_rows import CLOSED, FIRST, ROWS, visible

from schema import aliases
from schema.catalog import ALL
from schema.observations import OBSCORE
from schema.oidb import DATALINK, GRANULE
from schema.rights import Right
from schema.table import Table

LAST = FIRST + len(ROWS) - 1
ADDRESS = re.compile(r"https://x\.invalid/\d\d-(?:first|second)")
MIDDLE = "https://x.invalid/18"
"""Some of the addresses of each state are before it."""
KNOWN = next(row for row in ROWS if row.number == CLOSED[1]).address(0)
Place = tuple[float, float]
"""ICRS, degrees."""
Check = Callable[[str, int, httpx.Response], None]
"""Whether an answer is right, for a person and a state."""


@dataclass(frozen=True)
class Probe:
    """A request in which one or more things may tell of what is hidden.

    Parameters
    ----------
    door
        Path of its route, as the door declares it.
    about
        What it looks at, for people: the right's column, and by which name.
    things
        What in it may tell: each of them, with a person and a door, is a combination.
    check
        What its answer must be by the rule of the embargo in Python.
    reveals
        Whether who may see the rows is answered something else in each state.
    """

    door: str
    about: str
    things: Sequence[str]
    check: Check
    path: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""
    """GraphQL, posted as JSON."""
    method: str = "GET"
    reveals: bool = True

    async def ask(self, client: httpx.AsyncClient, person: str) -> httpx.Response:
        """Ask it as somebody (`asked_as`)."""
        headers, path = {"X-Asker": person}, self.path or self.door
        if self.document:
            return await client.post(path, json={"query": self.document}, headers=headers)
        sent = {"data": dict(self.params)} if self.method == "POST" else {"params": dict(self.params)}
        return await client.request(self.method, path, headers=headers, **sent)  # type: ignore[arg-type]


CONDITIONS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "equal": (lambda seen: seen == KNOWN, "{c} = '" + KNOWN + "'", '{{{f}: {{eq: "' + KNOWN + '"}}}}'),
    "unequal": (lambda seen: seen != KNOWN, "{c} <> '" + KNOWN + "'", '{{{f}: {{ne: "' + KNOWN + '"}}}}'),
    "like": (lambda seen: seen.endswith("-second"), "{c} LIKE '%-second'", '{{{f}: {{like: "%-second"}}}}'),
    "larger": (lambda seen: seen > MIDDLE, "{c} > '" + MIDDLE + "'", '{{{f}: {{gt: "' + MIDDLE + '"}}}}'),
    "one of": (lambda seen: seen == KNOWN, "{c} IN ('" + KNOWN + "', 'x')", '{{{f}: {{in: ["' + KNOWN + '", "x"]}}}}'),
    "some": (lambda _: True, "{c} IS NOT NULL", "{{{f}: {{isNull: false}}}}"),
}
"""On what a person sees that is not NULL: in Python, ADQL and GraphQL."""
COUNTED = {"c0", "c2", "c5"}
"""Lists of which GraphQL is asked the number of rows too: of all, it would cost more than one may ask."""
ADQL_ALONE: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "upper case": (lambda seen: seen == KNOWN, "UPPER({c}) = '" + KNOWN.upper() + "'"),
    "between": (lambda seen: MIDDLE <= seen <= "https://y", "{c} BETWEEN '" + MIDDLE + "' AND 'https://y'"),
    "a case": (lambda seen: seen == KNOWN, "CASE WHEN {c} = '" + KNOWN + "' THEN 1 ELSE 0 END = 1"),
    "not": (lambda seen: seen <= MIDDLE, "NOT ({c} > '" + MIDDLE + "')"),
}


@dataclass(frozen=True)
class Named:
    """A table with hidden values, as ADQL names it."""

    name: str
    key: str
    column: str
    where: str
    former: bool
    """Whether it is an alias: of the same relation, so that its rows and conditions say enough."""
    at_once: int
    """Conditions that one query may try: a union of tables counts for all of them."""

    def number(self, key: str) -> int:
        """Number of the row of a key."""
        return int(key.rpartition("-")[2]) - FIRST


def rights() -> list[tuple[Right, Table]]:
    """Every declared right, with the table of the column that it hides."""
    return [
        (right, table)
        for source in ALL
        for right in source.rights
        for table in source.tables
        if right.hidden in table.columns
    ]


GRAPHQL: Mapping[Table, tuple[str, str]] = {
    GRANULE: ("granuleId", f"{{granuleId: {{ge: {FIRST}, le: {LAST}}}}}"),
    DATALINK: ("granuleId", f"{{granuleId: {{ge: {FIRST}, le: {LAST}}}}}"),
    OBSCORE: ("obsId", '{obsCollection: {eq: "canaries"}}'),
}
"""The key of each table's rows, and what finds them; a right on another table wants a line here."""
ADQL: Mapping[Table, tuple[str, str]] = {
    GRANULE: ("id", f"{{a}}id BETWEEN {FIRST} AND {LAST}"),
    DATALINK: ("granule_id", f"{{a}}granule_id BETWEEN {FIRST} AND {LAST}"),
    OBSCORE: ("obs_id", "{a}obs_collection = 'canaries'"),
}


def names(right: Right, table: Table) -> Iterator[Named]:
    """The names of a table in ADQL: its own, and those of the JMMC's former server."""
    key, where = ADQL[table]
    at_once = 5 if table.branches else 20
    yield Named(table.qualified, key, right.hidden.name, where, former=False, at_once=at_once)
    for alias in aliases.SOURCE.tables:
        if alias.definition and alias.definition.base is table:
            theirs = {column.former or column.name: column.name for column in alias.columns}
            found = where.replace(key, theirs[key])
            yield Named(alias.name, theirs[key], theirs[right.hidden.name], found, former=True, at_once=at_once)


def seen(person: str, state: int) -> dict[int, str]:
    """The addresses that a person sees, by number of the row."""
    return {number: address for number, address in visible(person, state) if address is not None}


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    """The rows of an answer in CSV."""
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def data_of(answer: httpx.Response) -> Any:
    """The data of an answer of GraphQL."""
    told = answer.json()
    assert "errors" not in told, told
    return told["data"]


def has_addresses(person: str, state: int, answer: httpx.Response) -> None:
    """An answer that has the addresses which a person sees, and no other."""
    assert answer.status_code == 200, answer.text
    assert set(ADDRESS.findall(answer.text)) == set(seen(person, state).values()) - {""}


def of_tap(query: str, about: str, things: Sequence[str], check: Check, **more: Any) -> Probe:
    params = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}
    return Probe("/tap/sync", about, things, check, params=params, method="POST", **more)


def of_adql(named: Named) -> Iterator[Probe]:
    """What may tell in ADQL, of a table by one of its names."""
    key, column, name, where = named.key, named.column, named.name, named.where.format(a="")

    def rows(person: str, state: int, answer: httpx.Response) -> None:
        expected = {number: address or "" for number, address in visible(person, state)}
        assert {named.number(row["k"]): row["v"] for row in rows_of(answer)} == expected

    query = f"SELECT {key} AS k, {column} AS v FROM {name} WHERE {where} ORDER BY {key}"
    yield of_tap(query, name, ["a row"], rows)

    def numbers(person: str, state: int, answer: httpx.Response) -> None:
        told = sorted(seen(person, state).values())
        (row,) = rows_of(answer)
        expected = [len(ROWS), len(told), min(told), max(told), len(set(told))]
        assert list(row.values()) == [str(value) for value in expected]

    query = f"SELECT COUNT(*) AS a, COUNT({column}) AS b, MIN({column}) AS c, MAX({column}) AS d, COUNT(DISTINCT {column}) AS e FROM {name} WHERE {where}"
    yield of_tap(query, name, ["COUNT", "MIN", "MAX", "COUNT(DISTINCT)"], numbers)
    yield from _conditions(named)
    if named.former:
        return

    def groups(person: str, state: int, answer: httpx.Response) -> None:
        told = Counter(address or "" for _, address in visible(person, state))
        found: Counter[str] = Counter()
        for row in rows_of(answer):
            found[row["v"]] += int(row["n"])
        assert found == told

    query = f"SELECT {column} AS v, COUNT(*) AS n FROM {name} WHERE {where} GROUP BY {column} HAVING COUNT(*) > 0 ORDER BY n DESC, v"
    yield of_tap(query, name, ["GROUP BY", "an order of groups"], groups)

    def ordered(person: str, state: int, answer: httpx.Response) -> None:
        told = sorted(seen(person, state).values(), reverse=True)
        assert [row["v"] for row in rows_of(answer)] == told[2:7]

    query = f"SELECT {column} AS v FROM {name} WHERE {where} AND {column} IS NOT NULL ORDER BY {column} DESC OFFSET 2"
    yield of_tap(query.replace("SELECT", "SELECT TOP 5", 1), name, ["ORDER BY", "TOP", "OFFSET"], ordered)

    def distinct(person: str, state: int, answer: httpx.Response) -> None:
        assert {row["v"] for row in rows_of(answer)} == {address or "" for _, address in visible(person, state)}

    query = f"WITH w AS (SELECT * FROM {name} WHERE {where}) SELECT DISTINCT {column} AS v, 1 AS w FROM w ORDER BY v"
    yield of_tap(query, name, ["WITH", "DISTINCT"], distinct)
    one = next(row for row in ROWS if row.number == CLOSED[0])

    def error(person: str, state: int, answer: httpx.Response) -> None:
        assert answer.status_code == (200 if one.seen(person, state) is None else 400), answer.text

    text = where.replace(f"BETWEEN {FIRST} AND {LAST}", f"= {one.id}").replace(
        "obs_collection = 'canaries'", f"obs_collection = 'canaries' AND obs_id = 'canaries-{one.id}'"
    )
    query = f"SELECT {key} AS k FROM {name} WHERE {text} AND CAST({column} AS INTEGER) = 7"
    yield of_tap(query, name, ["an error"], error, reveals=False)


def _conditions(named: Named) -> Iterator[Probe]:
    """Every condition, and what joins by the column, as few queries: each may read so many tables."""
    key, column, name, where = named.key, named.column, named.name, named.where.format(a="")
    tried = {what: (true, text) for what, (true, text, _) in CONDITIONS.items()} | dict(ADQL_ALONE)
    some = {what: f"{name} WHERE {where} AND {text.format(c=column)}" for what, (_, text) in tried.items()}
    larger = f"SELECT {key} FROM {name} WHERE {where} AND {column} > '{MIDDLE}'"
    both = f"{named.where.format(a='a.')} AND {named.where.format(a='b.')}"
    some |= {
        "null": f"{name} WHERE {where} AND {column} IS NULL",
        "in a query": f"{name} WHERE {where} AND {key} IN ({larger})",
        "having": f"{name} WHERE {where} GROUP BY {key} HAVING MAX({column}) > '{MIDDLE}'",
        "a join": f"{name} AS a JOIN {name} AS b ON a.{column} = b.{column} WHERE {both}",
    }

    def expected(person: str, state: int) -> Iterator[tuple[str, int]]:
        told = seen(person, state)
        yield from (
            (what, number) for what, (true, _) in tried.items() for number, address in told.items() if true(address)
        )
        yield from (("null", row.number) for row in ROWS if row.number not in told)
        yield from ((what, number) for what in ("in a query", "having") for number, one in told.items() if one > MIDDLE)
        yield from (("a join", number) for number, one in told.items() for other in told.values() if one == other)

    for things in batched(some, named.at_once):

        def check(person: str, state: int, answer: httpx.Response, things: Sequence[str] = things) -> None:
            found = Counter((row["p"], named.number(row["k"])) for row in rows_of(answer))
            assert found == Counter(one for one in expected(person, state) if one[0] in things)

        parts = (f"SELECT '{what}' AS p, {'a.' * (what == 'a join')}{key} AS k FROM {some[what]}" for what in things)
        query = f"SELECT p, k FROM ({' UNION ALL '.join(parts)}) AS u ORDER BY p, k"
        yield of_tap(query, name, things, check)


def batched(names: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    """Some names at a time."""
    left = iter(names)
    while some := tuple(islice(left, size)):
        yield some


def of_graphql(right: Right, table: Table) -> Iterator[Probe]:
    """What may tell in GraphQL, of a table."""
    key, where = GRAPHQL[table]
    seen_as, first = right.hidden.graphql, f"first: {len(ROWS)}, orderBy: [{{{key}: ASC}}]"
    constant = re.sub(r"(?<!^)([A-Z])", r"_\1", seen_as).upper()
    conditions = {f"c{place}": what for place, what in enumerate(CONDITIONS)}

    def both(alias: str) -> str:
        return f"{{and: [{where}, {CONDITIONS[conditions[alias]][2].format(f=seen_as)}]}}"

    def counted(alias: str) -> str:
        return "totalCount " if alias in COUNTED else ""

    lists = [
        f"{alias}: {table.plural}(where: {both(alias)}, {first}) {{ {counted(alias)}nodes {{ {key} }} }}"
        for alias in conditions
    ]
    some = f"{{and: [{where}, {{{seen_as}: {{isNull: false}}}}]}}"
    fields = [
        f"rows: {table.plural}(where: {where}, {first}) {{ nodes {{ {key} {seen_as} }} }}",
        *lists,
        f"ordered: {table.plural}(where: {some}, first: 4, orderBy: [{{{seen_as}: DESC}}]) {{ nodes {{ {seen_as} }} pageInfo {{ endCursor hasNextPage }} }}",
        f"groups: {table.plural}Aggregate(where: {where}, groupBy: [{constant}], first: 100) {{ key {{ {seen_as} }} count }}",
        f"ends: {table.plural}Aggregate(where: {where}) {{ count min {{ {seen_as} }} max {{ {seen_as} }} }}",
        f'values: distinctValues(table: "{table.qualified}", column: "{right.hidden.name}", startingWith: "https://x.invalid/") {{ value count }}',
    ]

    def number(node: Mapping[str, Any]) -> int:
        return int(str(node[key]).rpartition("-")[2]) - FIRST

    def check(person: str, state: int, answer: httpx.Response) -> None:
        data, told = data_of(answer), seen(person, state)
        assert {number(node): node[seen_as] for node in data["rows"]["nodes"]} == dict(visible(person, state))
        for alias, what in conditions.items():
            expected = sorted(one for one, address in told.items() if CONDITIONS[what][0](address))
            assert sorted(map(number, data[alias]["nodes"])) == expected, what
            assert data[alias].get("totalCount", len(expected)) == len(expected), what
        assert [node[seen_as] for node in data["ordered"]["nodes"]] == sorted(told.values(), reverse=True)[:4]
        groups = {group["key"][seen_as]: group["count"] for group in data["groups"]}
        assert groups == Counter(address for _, address in visible(person, state))
        (ends,) = data["ends"]
        assert (ends["count"], ends["min"][seen_as], ends["max"][seen_as]) == (
            len(ROWS), min(told.values()), max(told.values()),
        )  # fmt: skip
        values = {one["value"]: one["count"] for one in data["values"]}
        assert values == Counter(address for address in told.values() if address)

    things = [
        "a row",
        *CONDITIONS,
        "totalCount",
        "orderBy",
        "a cursor",
        "groupBy",
        "count",
        "min",
        "max",
        "distinctValues",
    ]
    yield Probe("/graphql", table.qualified, things, check, document=f"{{ {' '.join(fields)} }}")
    query = f"{{ {table.plural}(where: {where}, {first}) {{ nodes {{ {key} {seen_as} }} }} }}"
    as_table = {"query": query, "format": "csv"}
    yield Probe("/graphql", table.qualified, ["a table"], has_addresses, params=as_table)
    yield Probe("/graphql", table.qualified, ["HEAD"], _answered, params=as_table, method="HEAD", reveals=False)
    yield Probe("/graphql", table.qualified, ["GET"], has_addresses, params={"query": query})


def _answered(_person: str, _state: int, answer: httpx.Response) -> None:
    assert answer.status_code == 200, answer.text


NESTED = f"""{{
  granules(where: {GRAPHQL[GRANULE][1]}, first: 40) {{ nodes {{ datalinks(first: 2) {{ nodes {{ accessUrl }} }} }} }}
  datalinks(where: {GRAPHQL[DATALINK][1]}, first: 40) {{ nodes {{ granule {{ accessUrl }} }} }}
}}"""


def of_places(place: Place, matched: Place) -> Iterator[Probe]:
    """Doors that find rows by where they are."""
    ra, dec = place
    cone = {"RA": ra, "DEC": dec, "SR": 0.0005, "VERB": 3}
    for table in (GRANULE, OBSCORE):
        for form in ("votable", "csv"):
            params = cone | {"RESPONSEFORMAT": form}
            yield Probe("/scs/{table}", table.qualified, ["a row"], has_addresses, f"/scs/{table.qualified}", params)
        yield Probe(
            "/scs/{table}",
            table.qualified,
            ["HEAD"],
            _answered,
            f"/scs/{table.qualified}",
            cone,
            method="HEAD",
            reveals=False,
        )
    yield Probe("/sia", OBSCORE.qualified, ["a row"], has_addresses, params={"POS": f"CIRCLE {ra} {dec} 0.0005"})
    area = {"area": "cone", "coneRA": matched[0], "coneDec": matched[1], "coneRadiusDeg": 0.01}
    lists = {
        "request": "xmatch", "cat1": "oidb.granule", "cat2": "jsdc.star", "distMaxArcsec": 5, "cols1": "id,access_url",
        "cols2": "Name", "RESPONSEFORMAT": "csv", "selection": "all",
    }  # fmt: skip
    yield Probe("/xmatch", GRANULE.qualified, ["a match"], _answered, params=lists | area)


def of_files() -> Iterator[Probe]:
    """Doors that lead to files, and OiDB's own."""
    dids = [f"ivo://jmmc.fr/oidb?{row.id:012}" for row in ROWS]

    def links(person: str, state: int, answer: httpx.Response) -> None:
        has_addresses(person, state, answer)
        assert answer.text.count("/get-data.html?id=") == sum(not address for _, address in visible(person, state))

    yield Probe("/datalink/links", DATALINK.qualified, ["a link"], links, params={"ID": dids}, method="POST")
    ids = {"ID": [str(row.id) for row in ROWS]}
    yield Probe(
        "/datalink/{table}/links",
        DATALINK.qualified,
        ["a link"],
        links,
        "/datalink/oidb.granule/links",
        ids,
        method="POST",
    )
    for row in ROWS[5::10]:
        yield _file(row.number)
    whole = "/restxq/catalogs/{catalogue}"
    yield Probe(whole, GRANULE.qualified, ["ten rows"], _answered, whole.format(catalogue="oidb"), reveals=False)
    search = {"target": "canaries", "perpage": 100}
    for form in ("csv", "votable"):
        yield Probe("/oidb/search", GRANULE.qualified, ["a row"], has_addresses, params=search | {"format": form})
    for row in (ROWS[CLOSED[0]], ROWS[CLOSED[-2]], ROWS[0]):
        yield _cell(row.number, "/restxq/catalogs/{catalogue}/{id}", f"/restxq/catalogs/oidb/{row.id}")
        one = f"/restxq/catalogs/oidb/{row.id}/access_url"
        yield _cell(row.number, "/restxq/catalogs/{catalogue}/{id}/{key}", one)
    rest = "/restxq/oidb"
    yield Probe(f"{rest}/mirror/granules", GRANULE.qualified, ["a file"], has_addresses, params={"target": "canaries"})
    number = CLOSED[0]
    yield _alone(
        number,
        Probe(f"{rest}/granule/{{id}}", GRANULE.qualified, ["a value"], _answered, f"{rest}/granule/{ROWS[number].id}"),
    )
    yield _alone(
        number, Probe(f"{rest}/datalink", DATALINK.qualified, ["a link"], _answered, params={"id": ROWS[number].id})
    )


def _alone(number: int, probe: Probe) -> Probe:
    """The probe of one row, which has its address and no other."""

    def check(person: str, state: int, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        assert set(ADDRESS.findall(answer.text)) == {ROWS[number].seen(person, state)} - {None}

    return replace(probe, check=check)


def _file(number: int) -> Probe:
    row = ROWS[number]

    def check(person: str, state: int, answer: httpx.Response) -> None:
        address = row.seen(person, state)
        if address is None:
            assert answer.status_code == (401 if person == "nobody" else 403)
            assert not ADDRESS.search(answer.text + str(answer.headers))
        else:
            led = (303, address) if address else (404, None)  # an address that is empty leads nowhere
            assert (answer.status_code, answer.headers.get("location")) == led

    return Probe(
        "/get-data.html",
        GRANULE.qualified,
        ["a file"],
        check,
        params={"id": row.id},
        reveals=not row.open and bool(row.address(1)),
    )


def _cell(number: int, door: str, path: str) -> Probe:
    def check(person: str, state: int, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.headers
        assert json.loads(answer.text)["access_url"] == ROWS[number].seen(person, state)

    return Probe(door, GRANULE.qualified, ["a value"], check, path, reveals=not ROWS[number].open)


def all_probes(place: Place, matched: Place) -> list[Probe]:
    """Everything that may tell of a value that a right hides."""
    found = [probe for right, table in rights() for probe in of_graphql(right, table)]
    found += [probe for right, table in rights() for named in names(right, table) for probe in of_adql(named)]
    found.append(
        Probe("/graphql", "links and granules", ["a link to many", "a link to one"], has_addresses, document=NESTED)
    )
    return [*found, *of_places(place, matched), *of_files()]
