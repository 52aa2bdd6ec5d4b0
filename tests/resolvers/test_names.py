"""Stars by any name they bear, however it is spelled."""

from typing import Any

import pytest

from hub.rows import Hub, Record, connect
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation

pytestmark = pytest.mark.spatial

SPELLINGS: dict[str, tuple[str, ...]] = {
    "HD 172167": ('Vega', 'VEGA', ' Vega ', 'Alf Lyr', 'alpha Lyr', 'Alpha Lyrae', 'α Lyr', 'alp Lyr', 'alp_lyr', 'alphalyr', 'NAME Vega', '3 Lyr', 'HD 172167', 'hd_172167', 'HD 0172167', 'HR7001', 'HIP91262', 'SAO 67174', 'BD +38 3238', 'Gl 721', 'TYC 3105-2070-1', 'TYC 3105 2070 1', '2MASS J18365633+3847012', '2MASSJ18365633+3847012', 'IRAS 18352+3844', 'CCDM J18369+3847A', 'HD\xa0172167', 'HD\t172167', 'alf Lyr A', '18 36 56.336 +38 47 01.28',),
    "HD 39801": ('Betelgeuse', 'alf Ori', 'α Ori', '58 Ori', 'V* alf Ori', 'HR 2061',),
    "HD 48915": ('Sirius', 'alf CMa', 'alf CMa A', 'HD 48915A', '9 CMa',),
    "HD 124897": ('Arcturus', 'alp Boo', 'HR 5340',),
    "HD 14386": ('Mira', 'o Cet', 'Omicron Ceti', 'ο Cet', 'Mira Ceti', 'HD 14386',),
    "HD 8890": ('Polaris', '1 UMi',),
    "HD 31964": ('eps Aur', 'eps_Aur', 'epsilon Aur', 'ε Aur', 'ε Aurigae', 'Almaaz',),
    "HD 32068": ('zet Aur', 'zeta Aur',),
    "HD 128620": ('alf Cen A', 'Alpha Centauri A', 'alf01 Cen', 'α1 Cen', 'alf Cen', 'Rigil Kentaurus', 'HD 128620',),
    "HD 128621": ('alf Cen B', 'alf02 Cen', 'α² Cen', 'HD 128621', 'Toliman',),
    "HD 201091": ('61CygA', '* 61 Cyg A', '61_Cyg_A', 'GJ820A', 'HD 201091', 'HR 8085',),
    "HD 201092": ('61CygB', 'HD 201092', 'HR 8086',),
    "HD 122451": ('bet Cen AB', 'Agena', 'Hadar',),
    "HD 116658": ('Spica', '67 Vir',),
    "HD 62509": ('Pollux', 'β Gem',),
    "HD 34029": ('alf Aur', 'alp_aur', '13 Aur',),
    "HD 213306": ('δ Cep', 'delta Cephei', '27 Cep', 'HD 213306', 'del Cep', 'V* del Cep',),
    "HD 36861": ('lam Ori', 'λ Ori',),
    "HD 68273": ('gam02 Vel', 'gam2 Vel', 'γ2 Vel', 'gam Vel', 'Gamma2 Velorum',),
    "HD 138629": ('nu02 Boo', 'ν2 Boo', 'ν² Boo',),
    "HD 37022": ('tet01 Ori C', 'the01 Ori C', 'theta1 Ori C', 'θ¹ Ori C', 'Theta1 Orionis C',),
    "HD 206936": ('mu Cep', 'μ Cep', 'Mu Cephei', 'mu_cep',),
    "HD 158926": ('Shaula',),
    "HD 143275": ('del Sco', 'delta Sco', '7 Sco',),
    "HD 22049": ('GJ 144', 'eps_eri',),
    "HD 10700": ('52 Cet',),
    "HD 217014": ('51 Peg', '51Peg',),
    "HD 9826": ('ups And', '50 And',),
    "HD 95735": ('HD 95735', 'Gl 411',),
    "HD 29712": ('R Dor', 'V* R Dor',),
    "HD 58061": ('VY CMa',),
    "HD 120285": ('W Hya',),
    "HD 84748": ('R Leo',),
    "HD 187796": ('chi Cyg', 'χ Cyg',),
    "HD 222800": ('R Aqr',),
    "HD 31293": ('V* AB Aur',),
    "HD 284419": ('V* T Tau', 'T Tauri', 'T Tau',),
    "HD 193237": ('34 Cyg',),
    "HD 44179": ('HD 44179',),
    "HD 93308": ('eta Car', 'eta Carinae',),
    "HD 39060": ('beta Pictoris', 'β Pic',),
    "HD 216956": ('alf PsA',),
    "HD 45677": ('HD 45677', 'FS CMa',),
    "HD 142527": ('HD 142527',),
    "HD 144668": ('V856 Sco', 'V856_SCO',),
    "HD 48329": ('HD 48329', 'HD 48329A', 'HD48329', '27 Gem', 'HR 2473', 'ε Gem',),
    "HD 11636": ('bet Ari',),
    "HD 60179": ('Castor', 'alf Gem',),
    "HD 18322": ('eta Eri',),
    "HD 20630": ('kap1 Cet', 'κ1 Cet', 'kap Cet',),
    "HD 4128": ('β Cet', 'Diphda',),
    "HD 3712": ('Schedar',),
    "HD 167618": ('eta Sgr', 'η Sgr',),
    "HD 150798": ('Atria',),
    "HD 12929": ('Hamal',),
    "HD 218045": ('Markab',),
    "HD 18884": ('Menkar',),
    "HD 209952": ('Alnair',),
    "HD 130841": ('Zubenelgenubi',),
    "HD 112413": ('12 CVn',),
    "HD 148206": ('U Her',),
    "HD 189124": ('NU Pav',),
    "HD 21933": ('* t Tau',),
    "HD 82901": ('R Car',),
    "HD 79351": ('a Car',),
    "HD 129116": ('b Cen',),
    "HD 82668": ('N Vel',),
}  # fmt: skip
BY_NAME = "query($name: String) { star(name: $name) { name ra dec nameMatch { kind name others } } }"


async def test_a_star_answers_to_its_names(operations: Operations) -> None:
    """Every spelling leads to the star of this HD number, and to none other, where the sample has the star."""
    found = {name: await named(operations, name) for names in SPELLINGS.values() for name in names}
    wrong = {
        (star, name): found[name] and found[name]["name"]
        for star, names in SPELLINGS.items()
        for name in names
        if not found[name] or found[name]["name"] != star
    }
    assert wrong == {}


async def named(operations: Operations, name: str) -> Any:
    answer = await operations.answer(Request(BY_NAME, None, {"name": name}))
    assert "errors" not in answer.payload, answer.payload
    return answer.payload["data"]["star"]


@pytest.mark.parametrize("name", ["nobody's star", "", "HD", "HD 999999999999", "'; DROP TABLE star; --", "☿"])
async def test_a_name_that_no_star_bears_is_null(operations: Operations, name: str) -> None:
    answer = await operations.answer(Request(BY_NAME, None, {"name": name}))
    assert answer.payload == {"data": {"star": None}}


async def test_a_cone_around_a_name_is_that_around_its_place(operations: Operations) -> None:
    star = (await operations.answer(Request(BY_NAME, None, {"name": "Fomalhaut"}))).payload["data"]["star"]
    question = "query($cone: Cone!) { stars(cone: $cone) { totalCount nodes { name } } }"
    place = {"ra": star["ra"], "dec": star["dec"], "radius": 3}
    found = [
        (await operations.answer(Request(question, None, {"cone": cone}))).payload["data"]
        for cone in ({"name": "fomalhaut", "radius": 3}, place)
    ]
    assert found[0] == found[1]
    assert found[0]["stars"]["totalCount"] > 1


async def test_a_star_wants_one_way_to_be_named(operations: Operations) -> None:
    for arguments in ("", '(id: "1", name: "Vega")'):
        answer = await operations.answer(Request(f"{{ star{arguments} {{ name }} }}"))
        assert answer.payload["errors"][0]["message"] == "star wants either id or name or near"


KINDS = {
    "Vega": ("EXACT", "HD 172167"),
    "VEGA": ("FOLDED", "HD 172167"),
    "Sirius A": ("COMPONENT", "HD 48915"),
    "18 36 56.336 +38 47 01.28": ("ALIAS", "HD 172167"),
    "FKV1137": ("ALIAS", "HD 32068"),
    "Alnair Cen": ("EXACT", "HD 121263"),
}
"""Name → how its star is found, and which it is. FKV1137 is what an observer called it."""


@pytest.mark.parametrize("name", KINDS)
async def test_the_answer_says_how_the_star_was_found(operations: Operations, name: str) -> None:
    kind, star = KINDS[name]
    assert (await named(operations, name))["nameMatch"] == {"kind": kind, "name": star, "others": []}


@pytest.mark.parametrize("name", ["Sirius B", "Gl 229 B", "51 Peg b", "MU Cep", "V* Vega", "* HD 48915", "Alnair Lyr"])
async def test_another_star_is_never_taken(operations: Operations, name: str) -> None:
    assert await named(operations, name) is None


SHARED = {
    "Gienah": ("HD 106625", ["HD 197989"]),
    "del Cep": ("HD 213306", ["HD 213307"]),
    "27 Cep": ("HD 213306", ["HD 213307"]),
    "12 CVn": ("HD 112413", ["HD 112412"]),
    "Menkar": ("HD 18884", ["HD 18604"]),
    "MARKAB": ("HD 218045", ["HD 81188", "HD 61555"]),
    "Heka": ("HD 36861", ["HD 36822"]),
    "Girtab": ("HD 159532", ["HD 160578", "HD 161471"]),
    "WDS J16054-1948": ("HD 144217", ["HD 144218"]),
    "Toliman": ("HD 128621", ["HD 128620"]),
}
"""Name → the star that the IAU gives it to, else the brightest; and the others that catalogues give it to."""


@pytest.mark.parametrize("name", SHARED)
async def test_a_name_of_several_stars_names_the_others(operations: Operations, name: str) -> None:
    star, others = SHARED[name]
    assert (await named(operations, name))["nameMatch"] == {"kind": "AMBIGUOUS", "name": star, "others": others}


async def test_of_several_the_brightest_is_taken_and_the_others_are_named(
    operations: Operations, federation: Federation
) -> None:
    connection = await connect(federation.sources["jsdc"])
    insert = "INSERT INTO identifier SELECT $1::bigint + row_number() OVER (), jsdc_id, 'TEST', 'Twin', 'Twin', 'twin' FROM jsdc WHERE jsdc_id = ANY ($2)"
    try:
        await connection.execute(insert, 10**17, [32349, 91262])
        match = (await named(operations, "Twin"))["nameMatch"]
        assert match == {"kind": "AMBIGUOUS", "name": "HD 48915", "others": ["HD 172167"]}
    finally:
        await connection.execute("DELETE FROM identifier WHERE identifier_id > $1", 10**17)
        await connection.close()


async def test_cones_and_objects_say_so_too(operations: Operations) -> None:
    question = """{
      stars(cone: {name: "VEGA", radius: 0.01}) { how: nameMatch { __typename kind } nodes { nameMatch { kind } } }
      plain: stars(cone: {ra: 1, dec: 1, radius: 0.01}) { nameMatch { kind } }
      targets(cone: {name: "VEGA", radius: 0.01}) { nameMatch { name others } }
      obscore(cone: {name: "VEGA", radius: 0.01}, first: 1) { nameMatch { kind } }
      object(name: "VEGA") { nameMatch { kind } star { nameMatch { kind } } }
      star(near: {name: "VEGA", radius: 0.01}) { nameMatch { kind } }
      starsAggregate(cone: {name: "VEGA", radius: 0.01}) { count nameMatch { kind name others } }
      everywhere: starsAggregate(cone: {ra: 1, dec: 1, radius: 0.01}) { nameMatch { kind } }
      byKey: star(id: "91262") { nameMatch { kind } }
    }"""
    answer = await operations.answer(Request(question))
    assert "errors" not in answer.payload, answer.payload["errors"]
    assert answer.payload["data"] == {
        "stars": {"how": {"__typename": "NameMatch", "kind": "FOLDED"}, "nodes": [{"nameMatch": None}]},
        "plain": {"nameMatch": None},
        "targets": {"nameMatch": {"name": "HD 172167", "others": []}},
        "obscore": {"nameMatch": {"kind": "FOLDED"}},
        "object": {"nameMatch": {"kind": "FOLDED"}, "star": {"nameMatch": None}},
        "star": {"nameMatch": {"kind": "FOLDED"}},
        "starsAggregate": [{"count": 1, "nameMatch": {"kind": "FOLDED", "name": "HD 172167", "others": []}}],
        "everywhere": [{"nameMatch": None}],
        "byKey": {"nameMatch": None},
    }


async def test_names_cost_one_statement(operations: Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    fetch = Hub.fetch

    async def counted(hub: Hub, statement: Statement) -> list[Record]:
        statements.append(statement.text)
        return await fetch(hub, statement)

    monkeypatch.setattr(Hub, "fetch", counted)
    await operations.answer(Request('{ star(name: "alf Cen") { name ldd { value } nameMatch { kind } } }'))
    assert len(statements) == 1
