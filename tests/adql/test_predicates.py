"""Predicates are nodes: each kind is in a plan that leaves rows out, and how one is spelled decides nothing."""

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import ModuleType
from typing import Any

import asyncpg
import httpx
import pytest
from astropy.io.votable import parse_single_table
from sqlglot import exp

from adql import aggregates, areas, clauses, conditions, cones, predicates, relations
from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.joins import semijoin
from adql.predicates import Predicate
from adql.template import Node, SqlNode
from hub.rows import Hub
from planning.sql import Statement
from sample.federation import Federation

# Lists of one value


ONE_VALUE = {
    "SELECT TOP 3 obs_id FROM ivoa.obscore WHERE instrument_name IN ('GRAVITY') ORDER BY obs_id": (
        "SELECT obs_id FROM ivoa.obscore WHERE instrument_name = 'GRAVITY' ORDER BY obs_id COLLATE \"C\" LIMIT 3"
    ),
    "SELECT COUNT(*) AS obs_id FROM jsdc.star AS s JOIN crossid.granule AS i ON i.star_id = s.jsdc_id WHERE i.id IN (9)": (
        "SELECT count(*) FROM jsdc.star AS s JOIN crossid.granule AS i ON i.star_id = s.jsdc_id WHERE i.id = 9"
    ),
    "SELECT name AS obs_id FROM jsdc.star WHERE name IN ('HD 48329')": (
        "SELECT name FROM jsdc.star WHERE name = 'HD 48329'"
    ),
    "SELECT exp_id AS obs_id FROM obsportal.exposure WHERE instrument_name IN ('GRAVITY') ORDER BY exp_id": (
        "SELECT exp_id FROM obsportal.exposure WHERE instrument_name = 'GRAVITY' ORDER BY exp_id COLLATE \"C\""
    ),
}
"""Over ObsCore, two databases, and one database through the hub; and the SQL that says the same without a list."""


@pytest.fixture
async def values(federation: Federation, query: str) -> list[Any]:
    connection = await asyncpg.connect(federation.owner, server_settings={"search_path": ""})
    found = [value for (value,) in await connection.fetch(ONE_VALUE[query])]
    await connection.close()
    return found


@pytest.mark.parametrize("query", ONE_VALUE)
async def test_a_list_of_one_is_a_list(query: str, values: list[Any], direct_hub: Hub) -> None:
    for bodies in (None, direct_hub.databases):
        compiled = compile_query(query, DECLARED, bodies)
        last = f" LIMIT {compiled.limit}" if compiled.limit else ""
        statement = Statement(compiled.text + last, compiled.values, compiled.sources, compiled.direct)
        assert [value for (value,) in await direct_hub.fetch(statement)] == values
    assert values


@pytest.mark.parametrize("query", ONE_VALUE)
async def test_a_list_of_one_is_answered_in_binary(query: str, values: list[Any], client: httpx.AsyncClient) -> None:
    form = "application/x-votable+xml;serialization=binary2"
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "RESPONSEFORMAT": form})
    assert answer.status_code == 200, answer.text
    assert parse_single_table(BytesIO(answer.content)).array["obs_id"].tolist() == values


# Every kind of predicate in a plan that leaves rows out


JOINED = (
    "SELECT s.name, g.id FROM jsdc.star AS s JOIN crossid.granule AS i ON i.star_id = s.jsdc_id"
    " JOIN oidb.granule AS g ON g.id = i.id WHERE "
)
CONDITIONS = (
    "s.vmag < 3 AND s.calflag = 0",
    "s.vmag < 3 AND g.t_min > 58000",
    "s.vmag BETWEEN 1 AND 3",
    "g.instrument_name IN ('GRAVITY')",
    "g.instrument_name NOT IN ('GRAVITY', 'PIONIER', 'MATISSE', 'AMBER')",
    "s.jsdc_id IN (SELECT star_id FROM crossid.target WHERE method = 1)",
    "s.jsdc_id IN ((SELECT star_id FROM crossid.target) UNION (SELECT star_id FROM crossid.granule))",
    "s.jsdc_id IN (SELECT TOP 5 star_id FROM crossid.target ORDER BY star_id)",
    "g.id NOT IN (SELECT id FROM crossid.granule WHERE method = 2)",
    "EXISTS (SELECT * FROM crossid.target AS e WHERE e.star_id = s.jsdc_id AND e.method = 1)",
    "EXISTS (SELECT ABS(e.method) FROM crossid.target AS e WHERE e.star_id = s.jsdc_id)",
    "EXISTS (SELECT * FROM crossid.target AS e WHERE e.star_id = s.jsdc_id AND e.separation < s.vmag)",
    "g.target_name LIKE 'HD%' AND s.vmag IS NOT NULL",
    "g.obs_id IS NOT NULL",
    "NOT (g.calib_level = 1)",
    "(g.calib_level = 1 OR g.calib_level = 2)",
    "1 = CONTAINS(POINT(s.raj2000, s.dej2000), CIRCLE(344.4127, -29.6222, 5))",
    "1 = CONTAINS(POINT(344.4127, -29.6222), CIRCLE(s.raj2000, s.dej2000, s.e_ldd))",
    "1 = CONTAINS(POINT(s.raj2000, s.dej2000), POLYGON(343, -30, 346, -30, 346, -28))",
)
QUERIES = (
    *(JOINED + condition for condition in CONDITIONS),
    "SELECT s.name, t.target_name FROM jsdc.star AS s JOIN obsportal.target AS t ON DISTANCE(s.raj2000, s.dej2000, t.target_ra, t.target_dec) < 0.001 WHERE s.vmag < 4",
    "SELECT v.spicadb_id FROM spica.target AS v LEFT JOIN oidb.granule AS g ON DISTANCE(v.ra, v.dec, g.s_ra, g.s_dec) < 0.001 WHERE g.id IS NULL",
    "SELECT t.target_id FROM obsportal.target AS t JOIN (SELECT TOP 9 star_id, target_id FROM crossid.target) AS i USING (target_id) JOIN jsdc.star AS s ON s.jsdc_id = i.star_id WHERE s.vmag < 4",
    "SELECT obs_id FROM ivoa.obscore WHERE instrument_name IN ('GRAVITY') AND t_min > 58000",
    "SELECT TOP 2 Name FROM jsdc.star, (SELECT s_region AS words FROM ivoa.obscore) AS o WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), words)",
    "SELECT o.obs_id, COUNT(*) AS n FROM ivoa.obscore AS o JOIN jsdc.star AS s ON s.name = o.target_name AND s.calflag IN (0, 1, 2, 3) GROUP BY o.obs_id",
)


def plans(query: str) -> list[exp.Select]:
    """The queries of a statement from which rows are left out before they are fetched."""
    found: list[exp.Select] = []
    push_down = semijoin.push_down

    def noted(select: exp.Select, *rest: Any, **options: Any) -> dict[str, str]:
        settings = push_down(select, *rest, **options)
        found.append(select.copy())  # what is compiled is taken apart
        return settings

    semijoin.push_down = noted
    try:
        compile_query(query, Catalogue(DECLARED.tables))  # another catalogue: nothing kept is found again
    finally:
        semijoin.push_down = push_down
    return [select for select in found if select.args.get("with_")]


def kinds(node: Node) -> list[str]:
    """What a tree is made of, whatever it is called in SQL."""
    return [type(each).__name__ for each in node.walk()]


def leaves(kind: type[Any]) -> list[type[Any]]:
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [kind]


@pytest.mark.parametrize("query", QUERIES)
def test_rows_are_left_out(query: str) -> None:
    assert plans(query)


@pytest.mark.parametrize("kind", leaves(Predicate))
def test_each_kind_of_predicate_is_in_a_plan(kind: type[Predicate]) -> None:
    assert any(select.find(kind) for query in QUERIES for select in plans(query))


# Other spellings


WORDS = re.compile(r"\{[^{}]*\}|[^{}]+")


def spellings(template: str) -> dict[str, str]:
    """The same in SQL: in other case, with more space, in parentheses."""
    lower = WORDS.sub(lambda found: found[0] if found[0][0] == "{" else found[0].lower(), template)
    return {"case": lower, "space": template.replace(" ", "  "), "parentheses": f"({template})"}


def shapes() -> dict[str, list[list[str]]]:
    return {query: [kinds(select) for select in plans(query)] for query in QUERIES}


def statements() -> str:
    return "\n".join(compile_query(query, Catalogue(DECLARED.tables)).text for query in QUERIES)


@pytest.fixture(scope="module")
def plain() -> Iterator[dict[str, list[list[str]]]]:
    """The shapes of what is spelled as it is; they are the same again when tests have spelled it otherwise."""
    found = shapes()
    yield found
    assert shapes() == found


KINDS = [kind for kind in leaves(SqlNode) if kind.__module__ in (predicates.__name__, clauses.__name__)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["case", "space", "parentheses"])
def test_another_template_of_a_node_loses_no_pushdown(
    kind: type[SqlNode], how: str, plain: object, monkeypatch: Any
) -> None:
    if how == "parentheses" and not issubclass(kind, Predicate):
        how = "space"
    monkeypatch.setattr(kind, "template", spellings(kind.template)[how])
    assert shapes() == plain


def places(module: ModuleType) -> list[int]:
    """The templates in the source of a module, by their place among its constants."""
    constants = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Constant)]
    return [at for at, node in enumerate(constants) if isinstance(node.value, str) and "{0}" in node.value]


@contextmanager
def rewritten(module: ModuleType, place: int, how: str) -> Iterator[None]:
    """A module with one of its templates spelled otherwise."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    constants[place].value = spellings(constants[place].value)[how]
    exec(compile(tree, module.__file__ or "", "exec"), module.__dict__)  # noqa: S102 - our own source
    try:
        yield
    finally:
        exec(compile(source, module.__file__ or "", "exec"), module.__dict__)  # noqa: S102


TEMPLATES = [
    (module, place) for module in (conditions, cones, areas, relations, aggregates) for place in places(module)
]


@pytest.mark.parametrize(("module", "place"), TEMPLATES, ids=lambda each: getattr(each, "__name__", str(each)))
@pytest.mark.parametrize("how", ["case", "space", "parentheses"])
def test_another_template_in_the_source_loses_no_pushdown(
    module: ModuleType, place: int, how: str, plain: object
) -> None:
    with rewritten(module, place, how):
        assert shapes() == plain


def test_another_spelling_is_another_statement_of_the_same_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every predicate in more parentheses at once: other texts, the same statements."""
    text = statements()
    for kind in leaves(Predicate):
        monkeypatch.setattr(kind, "template", spellings(kind.template)["parentheses"])
    spelled = statements()
    assert spelled != text
    for one, other in zip(text.split("\nSELECT"), spelled.split("\nSELECT"), strict=True):
        assert _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return text.replace("(", "").replace(")", "")
