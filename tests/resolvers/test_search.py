"""Search as one types, against all names of the sample looked through one by one."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from hub.rows import Hub, connect
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation
from schema import oidb
from schema.designation import designation, folded

pytestmark = pytest.mark.spatial
ASKED = """query($t: String!, $n: Int! = 10, $a: String, $k: [SearchKind!]) {
  search(text: $t, first: $n, after: $a, kinds: $k) {
    nodes { kind label matched rank source magnitude key }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
LINKS = """query($t: String!, $k: [SearchKind!]) { search(text: $t, first: 5, kinds: $k) { nodes {
  label source star { name } target { targetName } granule { targetName } spicaTarget { targetMainId } program { obsProgramTitle }
  spicaProgram { programTitle } collection { title } exposure { expId }
} } }"""
RANKS = ["EXACT", "PREFIX", "WORD", "SIMILAR"]


async def ask(operations: Operations, query: str = ASKED, **variables: Any) -> Any:
    answer = await operations.answer(Request(query, None, variables))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return answer.payload["data"]["search"]


async def refusal(operations: Operations, **variables: Any) -> str:
    answer = await operations.answer(Request(ASKED, None, variables))
    return str(answer.payload["errors"][0]["message"])


async def labels(operations: Operations, text: str, **variables: Any) -> list[str]:
    return [node["label"] for node in (await ask(operations, t=text, **variables))["nodes"]]


@pytest.fixture(scope="module")
async def names(federation: Federation) -> Mapping[str, list[tuple[str, Any]]]:
    """Kind → every name, and the label of what bears it."""
    owner = await connect(federation.owner)
    stars = "SELECT i.designation, s.name FROM jsdc.identifier i JOIN jsdc.star s ON s.jsdc_id = i.star_id"
    targets = " UNION ".join(
        f"SELECT {name}, NULL FROM {table}"
        for table, name in (
            ("obsportal.target", "target_name"),
            ("oidb.granule", "target_name"),
            ("spica.target", "target_main_id"),
        )
    )
    found = {
        "STAR": [tuple(row) for row in await owner.fetch(stars)],
        "TARGET": [
            (designation(name), designation(name))
            for name, _ in await owner.fetch(targets)
            if name and designation(name)
        ],
    }
    await owner.close()
    return found


@pytest.mark.parametrize("kind", ["STAR", "TARGET"])
@pytest.mark.parametrize("text", ["foma", "alf ly", "HD 4832", "eps ge", "v856", "Vega", "HD 48329", "rigil k"])
async def test_names_that_begin_so_are_found(
    operations: Operations, names: Mapping[str, list[tuple[str, Any]]], kind: str, text: str
) -> None:
    begun = {label for name, label in names[kind] if folded(name).startswith(folded(text))}
    page = await ask(operations, t=text, n=50, k=[kind])
    told = [node for node in page["nodes"] if node["rank"] in RANKS[:2]]
    assert begun <= {node["label"] for node in told} or len(begun) > 50
    assert all(node["kind"] == kind for node in page["nodes"])


@pytest.mark.parametrize("text", ["al", "be", "hd", "HD 1", "alpha c", "ori", "S0", "SAMPLE", "2024", "gem"])
async def test_the_best_and_brightest_come_first(operations: Operations, text: str) -> None:
    nodes = (await ask(operations, t=text, n=50))["nodes"]
    assert nodes
    order = [(RANKS.index(node["rank"]), node["magnitude"] is None, node["magnitude"] or 0) for node in nodes]
    assert order == sorted(order)
    assert len({(node["kind"], node["source"], node["key"]) for node in nodes}) == len(nodes)


@pytest.mark.parametrize(
    ("text", "label", "rank"),
    [
        ("alpha cent", "HD 128620", "PREFIX"),
        ("α Cen", "HD 128620", "EXACT"),
        ("alf cen", "HD 128620", "EXACT"),
        ("48329", "HD 48329", "WORD"),
        ("betel", "HD 39801", "PREFIX"),
        ("Kentaurus", "HD 128620", "WORD"),
    ],
)
async def test_spellings_lead_to_the_star(operations: Operations, text: str, label: str, rank: str) -> None:
    nodes = (await ask(operations, t=text, k=["STAR"]))["nodes"]
    assert (label, rank) in [(node["label"], node["rank"]) for node in nodes[:3]]


@pytest.mark.parametrize("typed", ["Betelgeuze", "Fomalhuat"])
async def test_a_misspelt_name_is_similar_where_the_server_has_trigrams(
    hub: Hub, operations: Operations, federation: Federation, typed: str
) -> None:
    owner = await connect(federation.owner)
    there = await owner.fetchval("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
    await owner.close()
    nodes = (await ask(operations, t=typed, k=["STAR"]))["nodes"]
    right = {"Betelgeuze": "HD 39801", "Fomalhuat": "HD 216956"}[typed]
    assert bool(there) == ((right, "SIMILAR") in [(node["label"], node["rank"]) for node in nodes])
    assert bool(nodes) == bool(there)
    assert hub.health.up("jsdc")


@pytest.mark.parametrize("text", ["al", "HD 4", "S0", "SAMPLE"])
async def test_pages_are_the_whole_list(operations: Operations, text: str) -> None:
    whole = await ask(operations, t=text, n=50)
    read: list[Any] = []
    cursor = None
    for _ in range(10):
        page = await ask(operations, t=text, n=6, a=cursor)
        assert page["pageInfo"]["hasPreviousPage"] == bool(read)
        read += page["nodes"]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"] or len(read) >= 50:
            break
    assert read[:50] == whole["nodes"][: len(read)]


@pytest.mark.parametrize(
    ("text", "kind", "field"),
    [
        ("Fomalhaut", "STAR", "star"),
        ("Fomalhaut", "TARGET", "star"),
        ("eps Gem", "TARGET", "target"),
        ("eps Gem", "TARGET", "spicaTarget"),
        ("eps Gem", "TARGET", "granule"),
        ("SAMPLE", "EXPOSURE", "exposure"),
        ("S0", "PROGRAMME", "spicaProgram"),
    ],
)
async def test_a_match_leads_to_its_object(operations: Operations, text: str, kind: str, field: str) -> None:
    nodes = (await ask(operations, LINKS, t=text, k=[kind]))["nodes"]
    assert any(node[field] for node in nodes)
    assert not any(node["collection"] for node in nodes)


async def test_programmes_and_collections_are_found_by_number_and_by_words_of_their_titles(
    operations: Operations, federation: Federation
) -> None:
    owner = await connect(federation.owner)
    titled = "SELECT {0}, {1} FROM {2} WHERE {1} ~ '^\\w+ \\w{{4,}}' ORDER BY {0} LIMIT 3"
    tables = {
        "PROGRAMME": ("progname", "program_title", "spica.program"),
        "COLLECTION": (oidb.COLLECTION.key.sql, "title", "oidb.collection"),
    }
    for kind, columns in tables.items():
        rows = await owner.fetch(titled.format(*columns))
        assert rows
        for key, title in rows:
            assert key in [node["key"] for node in (await ask(operations, t=key, k=[kind]))["nodes"]]
            assert title in await labels(operations, title.split()[1], n=50, k=[kind])
    await owner.close()


@pytest.mark.parametrize("text", ["", "  ", "…", "%", "_", "\\"])
async def test_nothing_is_found_for_nothing(operations: Operations, text: str) -> None:
    page = await ask(operations, t=text)
    assert page["nodes"] == []
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


@pytest.mark.parametrize(
    "text", ["a%", "a_", "(", "[a", "HD*", "a\\b", "'; DROP", "\U0010ffff", "é", "α" * 100, "a b" * 33]
)
async def test_any_text_is_a_text(operations: Operations, text: str) -> None:
    nodes = (await ask(operations, t=text))["nodes"]
    assert all(node["rank"] in RANKS for node in nodes)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"t": "a" * 101}, "text has 101 characters: at most 100 are searched for"),
        ({"t": "a\0"}, "text cannot hold a NUL character"),
        ({"t": "al", "n": 51}, "first is 51: at most 50 matches at once"),
        ({"t": "al", "n": -1}, "first is -1: a number of matches is wanted, from 0"),
        (
            {"t": "al", "a": "x"},
            "'x' is not a cursor: give one that a page of searchMatches gave, as pageInfo.endCursor",
        ),
    ],
)
async def test_a_wrong_argument_is_told(operations: Operations, wrong: dict[str, Any], message: str) -> None:
    assert await refusal(operations, **wrong) == message


async def test_two_letters_are_answered_at_once(operations: Operations) -> None:
    """A hundredth of a second where nobody else works; ten times that is what would be felt."""
    spent = []
    for text in ("al", "hd", "be", "S0", "ve"):
        begin = time.perf_counter()
        await ask(operations, t=text)
        spent.append(time.perf_counter() - begin)
    assert sorted(spent)[2] < 0.5
