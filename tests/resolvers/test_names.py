"""Stars by any name they bear, however it is spelled."""

import pytest

from resolvers.operation import Operations, Request

pytestmark = pytest.mark.spatial

SPELLINGS = {
    "HD 48329": ("HD 48329", "hd48329", "HD048329", "hd_48329", "* eps Gem", "eps Gem", "ε Gem", "epsilon gem", "* 27 Gem", "HIP 32246",
                 "hip 032246", "TYC 1897-1639-1", "Gaia DR3 3384529341302241536", "Mebsuta", "NAME Mebsuta"),
    "HD 216956": ("Fomalhaut", "NAME Fomalhaut", "alf PsA", "α PsA", "alpha PsA", "HIP 113368"),
    "HD 48915": ("Sirius", "* alf CMa", "HIP 32349"),
    "HD 172167": ("Vega", "alf Lyr"),
    "HD 39801": ("Betelgeuse", "* alf Ori"),
}  # fmt: skip
BY_NAME = "query($name: String) { star(name: $name) { name ra dec } }"


@pytest.mark.parametrize(("star", "spelling"), [(star, name) for star, names in SPELLINGS.items() for name in names])
async def test_a_star_answers_to_its_names(operations: Operations, star: str, spelling: str) -> None:
    answer = await operations.answer(Request(BY_NAME, None, {"name": spelling}))
    assert answer.payload["data"]["star"]["name"] == star


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
