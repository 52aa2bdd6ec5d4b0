"""Links from one database to another, and what leads to a row: each against what plain SQL at the sources says."""

import math
from typing import Any

import pytest

from hub.rows import connect
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation

pytestmark = pytest.mark.spatial


async def asked(operations: Operations, question: str) -> Any:
    answer = await operations.answer(Request(question))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return answer.payload["data"]


async def told(federation: Federation, source: str, query: str, *values: Any) -> list[Any]:
    connection = await connect(federation.sources[source])
    try:
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


async def test_granules_of_an_exposure_go_from_its_log_to_published_data(
    operations: Operations, federation: Federation
) -> None:
    granules = await told(federation, "oidb", 'SELECT id AS "granuleId", obs_id, calib_level, progid FROM oidb')
    exposures = await told(federation, "obsportal", "SELECT exp_id, obs_program FROM portal.exposure_log")
    expected = {
        exposure: {
            number
            for number, observation, level, granule_program in granules
            if (
                observation == exposure
                if level == 0
                else observation == exposure.split("_")[0] and granule_program == program
            )
        }
        for exposure, program in exposures
    }
    levels = {number: level for number, _, level, _ in granules}
    deep = [exposure for exposure, found in expected.items() if {levels[number] for number in found} >= {0, 2}]
    assert deep, "the sample has no observation that was reduced"
    data = await asked(
        operations, "{ exposures(first: 1000) { nodes { expId granules(first: 100) { nodes { granuleId } } } } }"
    )
    found = {
        node["expId"]: {granule["granuleId"] for granule in node["granules"]["nodes"]}
        for node in data["exposures"]["nodes"]
    }
    assert found
    assert all(expected[exposure] == numbers for exposure, numbers in found.items())


async def test_a_granule_leads_to_the_survey_target_and_back(operations: Operations) -> None:
    data = await asked(
        operations,
        "{ granules(where: {proposalSubid: {isNull: false}}, first: 200) { nodes { granuleId proposalSubid spicaTarget { spicadbId "
        "granules(first: 1000) { nodes { granuleId } } } } } }",
    )
    nodes = [node for node in data["granules"]["nodes"] if node["spicaTarget"]]
    assert len(nodes) > 20
    for node in nodes:
        assert str(node["spicaTarget"]["spicadbId"]) == node["proposalSubid"]
        assert node["granuleId"] in {granule["granuleId"] for granule in node["spicaTarget"]["granules"]["nodes"]}


@pytest.mark.parametrize("word", ["not a number", "007", "-3", "99999999999999999999"])
async def test_a_part_of_a_programme_that_is_no_number_leads_nowhere(
    operations: Operations, federation: Federation, word: str
) -> None:
    owner = await connect(federation.sources["oidb"])
    try:
        number = await owner.fetchval("SELECT min(id) FROM oidb")
        former = await owner.fetchval(
            "UPDATE oidb SET proposal_subid = $1 WHERE id = $2 RETURNING NULL::text", word, number
        )
        data = await asked(operations, f"{{ granule(id: {number}) {{ proposalSubid spicaTarget {{ spicadbId }} }} }}")
        assert data["granule"] == {"proposalSubid": word, "spicaTarget": None}
    finally:
        await owner.execute("UPDATE oidb SET proposal_subid = $1 WHERE id = $2", former, number)
        await owner.close()


def separation(one: dict[str, Any], other: dict[str, Any]) -> float:
    ra, dec, ra0, dec0 = (math.radians(star[name]) for star in (one, other) for name in ("ra", "dec"))
    x = math.sin((dec - dec0) / 2) ** 2 + math.cos(dec) * math.cos(dec0) * math.sin((ra - ra0) / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(x)))


CALIBRATORS = {
    "": lambda star: star["calflag"] == 0,
    "maxDiameter: 1.5": lambda star: star["calflag"] == 0 and star["ldd"] <= 1.5,
    "maxChi2: 0.05": lambda star: star["calflag"] == 0 and star["ldd_chi2"] <= 0.05,
    "irFlag: 0": lambda star: star["calflag"] == 0 and star["irflag"] == 0,
    "includeUnexamined: true": lambda star: star["calflag"] in (0, None),
    "includeUnexamined: true, maxDiameter: 1.5": lambda star: star["calflag"] in (0, None) and star["ldd"] <= 1.5,
}
"""Arguments of `calibrators`, and which stars they keep of those with a diameter."""
OF_JSDC = "SELECT jsdc_id AS id, raj2000 AS ra, dej2000 AS dec, kmag, ldd, ldd_chi2, calflag, irflag FROM jsdc"


@pytest.mark.parametrize("extra", CALIBRATORS)
async def test_calibrators_are_what_searchcal_would_offer(
    operations: Operations, federation: Federation, extra: str
) -> None:
    names = ("id", "ra", "dec", "kmag", "ldd", "ldd_chi2", "calflag", "irflag")
    stars = [dict(zip(names, row, strict=True)) for row in await told(federation, "jsdc", OF_JSDC)]
    connection = await connect(federation.owner)
    bad = {row[0] for row in await connection.fetch("SELECT star_id FROM crossid.badcal WHERE star_id IS NOT NULL")}
    await connection.close()
    assert bad
    data = await asked(
        operations,
        f'{{ star(name: "Vega") {{ jsdcId ra dec kmag {{ value }} calibrators(radius: 15, alike: {{band: K, within: 3.5}}, '
        f"{extra} first: 1000, orderBy: [{{separation: ASC}}]) {{ totalCount nodes {{ jsdcId separation }} }} }} }}",
    )
    star = data["star"]
    expected = {
        other["id"]: separation(star, other) * 3600
        for other in stars
        if other["id"] != star["jsdcId"]
        and other["id"] not in bad
        and other["ldd"] is not None
        and other["kmag"] is not None
        and abs(other["kmag"] - star["kmag"]["value"]) <= 3.5
        and separation(star, other) <= 15
        and CALIBRATORS[extra](other)
    }
    found = {node["jsdcId"]: node["separation"] for node in star["calibrators"]["nodes"]}
    assert found == pytest.approx(expected, abs=1e-5)
    assert list(found) == sorted(found, key=lambda one: found[one])
    assert star["calibrators"]["totalCount"] == len(expected)
    assert len(expected) > 1 or extra == "irFlag: 0"  # which the sample knows of no star


async def test_pages_of_calibrators_go_on_by_separation(operations: Operations) -> None:
    """Of several stars at once, whose cones have much of the table together."""

    async def calibrators(page: str) -> list[Any]:
        each = f"calibrators(radius: 30, orderBy: [{{separation: ASC}}], {page})"
        rows = "nodes { jsdcId separation } pageInfo { endCursor }"
        stars = "stars(first: 4, orderBy: [{jsdcId: ASC}])"
        data = await asked(operations, f"{{ {stars} {{ nodes {{ {each} {{ {rows} }} }} }} }}")
        return [star["calibrators"] for star in data["stars"]["nodes"]]

    first = (await calibrators("first: 2"))[0]
    last = first["nodes"][-1]["separation"]
    cursor = first["pageInfo"]["endCursor"]
    for all_of_it, beyond in zip(
        await calibrators("first: 1000"), await calibrators(f'first: 1000, after: "{cursor}"'), strict=True
    ):
        assert beyond["nodes"] == [node for node in all_of_it["nodes"] if node["separation"] > last]


async def test_an_object_is_found_by_any_name_that_a_database_has(operations: Operations) -> None:
    every = "{ name star { name } targets { totalCount } exposures { totalCount } granules { totalCount } spicaTargets { totalCount } }"
    data = await asked(
        operations,
        f'{{ one: object(name: "eps Gem") {every} two: object(name: "HD 48329") {every} none: object(name: "?") {every} }}',
    )
    assert data["none"] is None
    one, two = data["one"], data["two"]
    assert (one.pop("name"), two.pop("name")) == ("eps Gem", "HD 48329")
    assert one == two
    assert one["star"] == {"name": "HD 48329"}
    assert min(one[kind]["totalCount"] for kind in ("targets", "exposures", "granules", "spicaTargets")) > 0


async def test_an_object_need_not_be_a_star_of_jsdc(operations: Operations, federation: Federation) -> None:
    connection = await connect(federation.owner)
    try:
        number, name = await connection.fetchrow(
            "SELECT id, target_name FROM crossid.granule JOIN oidb.granule USING (id) WHERE star_id IS NULL AND designation <> '' LIMIT 1"
        )
    finally:
        await connection.close()
    every = "{ objectId star { name } granules(first: 1000) { nodes { granuleId targetName } } }"
    answer = await operations.answer(
        Request(f"query($name: String!) {{ object(name: $name) {every} }}", None, {"name": name})
    )
    assert "errors" not in answer.payload, answer.payload["errors"]
    found = answer.payload["data"]["object"]
    assert found["star"] is None
    assert found["objectId"] < 0
    assert number in {node["granuleId"] for node in found["granules"]["nodes"]}


async def test_the_nearest_star_is_found(operations: Operations) -> None:
    data = await asked(
        operations,
        '{ known: star(name: "* eps Gem") { jsdcId ra dec } stars(cone: {name: "* eps Gem", radius: 1}, first: 1000) { nodes { jsdcId ra dec } } }',
    )
    centre = {"ra": data["known"]["ra"] + 0.2, "dec": data["known"]["dec"] - 0.1}
    nearest = min(data["stars"]["nodes"], key=lambda star: separation(centre, star))
    found = await asked(
        operations, f"{{ star(near: {{ra: {centre['ra']}, dec: {centre['dec']}, radius: 0.7}}) {{ jsdcId }} }}"
    )
    assert found["star"]["jsdcId"] == nearest["jsdcId"]
    assert (await asked(operations, "{ star(near: {ra: 1, dec: 1, radius: 0}) { jsdcId } }"))["star"] is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("{ star(near: {ra: 1, dec: 1, radius: 2}) { name } }", "near.radius is 2.0"),
        ('{ star(name: "x", id: 3) { name } }', "star wants either id or name or near"),
        ('{ star(name: "* eps Gem") { calibrators(radius: 31) { totalCount } } }', "calibrators.radius is 31.0"),
    ],
)
async def test_what_is_asked_wrongly_is_said(operations: Operations, question: str, said: str) -> None:
    answer = await operations.answer(Request(question))
    assert said in answer.payload["errors"][0]["message"]
