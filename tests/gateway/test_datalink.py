"""DataLink: what there is about a record, against what GraphQL says of the same."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from astropy.io.votable import parse

from hub.rows import connect
from sample.federation import Federation

LINKS = "/datalink/links"
Rows = list[dict[str, Any]]
FIRST = 5_000_000_000


def rows(response: httpx.Response) -> Rows:
    table = parse(io.BytesIO(response.content), verify="exception").get_first_table()
    names = [field.name for field in table.fields]
    return [{name: _plain(row[name]) for name in names} for row in table.array]


def _plain(value: Any) -> Any:
    if getattr(value, "mask", False) is True or value is None or str(value) in ("--", ""):
        return None
    return value.item() if hasattr(value, "item") else str(value)


async def asked(client: httpx.AsyncClient, *ids: str, path: str = LINKS) -> Rows:
    response = await client.get(path, params=[("ID", told) for told in ids])
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-votable+xml;content=datalink"
    return rows(response)


async def graphql(client: httpx.AsyncClient, query: str) -> Any:
    return (await client.post("/graphql", json={"query": query})).json()["data"]


async def chain(client: httpx.AsyncClient) -> Any:
    """An exposure that OiDB has at levels 0, 1 and 2."""
    text = (
        "exposures(first: 500) { nodes { expId granules { nodes { granuleId calibLevel accessUrl accessEstsize } } } }"
    )
    found = await graphql(client, f"{{ {text} }}")
    return next(
        node
        for node in found["exposures"]["nodes"]
        if {0, 1, 2} <= {one["calibLevel"] for one in node["granules"]["nodes"]}
    )


async def test_chain_of_an_observation(client: httpx.AsyncClient) -> None:
    node = await chain(client)
    by_level = {one["calibLevel"]: one for one in node["granules"]["nodes"]}
    dids = {level: f"ivo://jmmc.fr/oidb?{one['granuleId']:012}" for level, one in by_level.items()}
    found = await asked(client, *dids.values())
    page = f"https://obs.jmmc.fr/detail/exposure/{node['expId']}"
    for level, did in dids.items():
        own = [row for row in found if row["ID"] == did]
        for other in (1, 2):
            (row,) = [row for row in own if row["access_url"] == by_level[other]["accessUrl"]]
            semantics = "#this" if other == level else "#derivation" if other > level else "#progenitor"
            assert (row["semantics"], row["local_semantics"]) == (semantics, f"level-{other}")
            assert row["content_length"] == by_level[other]["accessEstsize"] * 1000
        (log,) = [row for row in own if row["access_url"] == page]
        assert log["semantics"] == ("#this" if level == 0 else "#progenitor")
        assert [row["semantics"] for row in own].count("#this") == 1


async def test_exactly_one_of_three(client: httpx.AsyncClient) -> None:
    did = (await graphql(client, "{ obscore(first: 60) { nodes { obsPublisherDid } } }"))["obscore"]["nodes"]
    ids = [node["obsPublisherDid"] for node in did]
    found = await asked(client, *ids, "ivo://jmmc.fr/oidb?000000000000", "nonsense")
    assert list(dict.fromkeys(row["ID"] for row in found)) == [*ids, "ivo://jmmc.fr/oidb?000000000000", "nonsense"]
    for row in found:
        given = [row[name] for name in ("access_url", "service_def", "error_message") if row[name] is not None]
        assert len(given) == 1
        assert row["semantics"].startswith("#")
    faults = [row for row in found if row["error_message"]]
    assert [row["error_message"].partition(":")[0] for row in faults] == ["NotFoundFault"] * 2


@pytest.mark.parametrize(
    ("path", "told", "same"),
    [
        ("/datalink/jsdc.star/links", "HD 48329", "ivo://jmmc.fr/jsdc?HD 48329"),
        ("/datalink/oidb.granule/links", "20000095", "ivo://jmmc.fr/oidb?000020000095"),
        ("/datalink/spica.target/links", "22", "ivo://jmmc.fr/spicadb?22"),
    ],
)
async def test_rows_are_asked_by_their_own_column_too(
    client: httpx.AsyncClient, path: str, told: str, same: str
) -> None:
    found = await asked(client, told, path=path)
    wanted = await asked(client, same)
    assert len(found) == len(wanted) >= 3
    assert [{**row, "ID": same} for row in found] == wanted


async def test_a_star_by_name_says_how_it_was_found(client: httpx.AsyncClient) -> None:
    infos = {
        "HD 48329": "EXACT: HD 48329 is HD 48329",
        "VEGA": "FOLDED: VEGA is HD 172167",
        "ivo://jmmc.fr/jsdc?Gienah": "AMBIGUOUS: ivo://jmmc.fr/jsdc?Gienah is HD 106625; others that bear it: HD 197989",
    }
    for identifier, info in infos.items():
        response = await client.get("/datalink/jsdc.star/links", params={"ID": identifier})
        assert f'<INFO name="nameMatch" value="{info}"/>' in response.text
    for identifier in ("91262", "Sirius B"):
        response = await client.get("/datalink/jsdc.star/links", params={"ID": identifier})
        assert "nameMatch" not in response.text


async def test_star_target_and_run(client: httpx.AsyncClient) -> None:
    run = await graphql(
        client, '{ spicaRuns(where: { runStatus: { eq: "validated" } }, first: 1) { nodes { tplStart } } }'
    )
    start = run["spicaRuns"]["nodes"][0]["tplStart"].replace("+00:00", "Z")
    found = await asked(client, f"ivo://jmmc.fr/spica?{start}")
    local = {row["local_semantics"] for row in found}
    assert {"level-0", "star", "getstar", "calibrators", "spica-target"} <= local
    place = {(row["s_ra"], row["s_dec"]) for row in found}
    assert len(place) == 1
    (survey,) = [row for row in found if row["local_semantics"] == "spica-target"]
    answer = await client.get(survey["access_url"].removeprefix("http://gateway"))
    assert answer.text.count("<TR>") == 1


@pytest.fixture(scope="module")
async def granules(federation: Federation) -> AsyncIterator[None]:
    """Granules of every right, and links as OiDB keeps them."""
    connection = await connect(federation.sources["oidb"])
    add = """INSERT INTO public.oidb (id, calib_level, target_name, data_rights, obs_release_date, access_url, nb_channels)
        VALUES ($1, 2, 'embargo', $2, $3::text::timestamp, 'https://x.invalid/a.fits', 5)"""
    rights = (
        ("public", None), ("secure", "2020-01-01"), ("secure", "2999-01-01"), ("secure", None),
        ("proprietary", "2020-01-01"),
    )  # fmt: skip
    for number, (right, release) in enumerate(rights):
        await connection.execute(add, FIRST + number, right, release)
    link = """INSERT INTO public.oidb_datalink (id, access_url, error_message, description, semantics, content_type, content_length)
        VALUES ($1, $2, $3, $4, $5, $6, $7)"""
    for told in (
        ("https://x.invalid/a.fits", None, "OIFITS file", None, "application/fits", 291),
        ("https://x.invalid/a.png", None, "Visibilities", None, "image/png", 12),
        ("https://x.invalid/b.png", None, "UV", "preview-plot", "image/png", None),
        ("https://x.invalid/c.pdf", None, "Report", "drs report", "application/pdf", None),
        (None, "gone", None, "#auxiliary", None, None),
    ):
        for number in range(len(rights)):
            await connection.execute(link, FIRST + number, *told)
    yield
    await connection.execute("DELETE FROM public.oidb_datalink WHERE id >= $1", FIRST)
    await connection.execute("DELETE FROM public.oidb WHERE id >= $1", FIRST)
    await connection.close()


@pytest.mark.usefixtures("granules")
async def test_embargo(client: httpx.AsyncClient) -> None:
    found = await asked(client, *(f"ivo://jmmc.fr/oidb?{FIRST + number:012}" for number in range(5)))
    this = [row for row in found if row["semantics"] == "#this"]
    assert [row["link_authorized"] for row in this] == [True, True, False, False, True]
    assert [row["link_auth"] for row in this] == ["false", "false", "true", "true", "false"]


@pytest.mark.usefixtures("granules")
async def test_an_embargo_is_on_previews_and_reports_too(client: httpx.AsyncClient) -> None:
    found = await asked(client, *(f"ivo://jmmc.fr/oidb?{FIRST + number:012}" for number in range(5)))
    for number, free in enumerate((True, True, False, False, True)):
        own = [row for row in found if row["ID"] == f"ivo://jmmc.fr/oidb?{FIRST + number:012}"]
        files = [row for row in own if (row["access_url"] or "").startswith("https://x.invalid/")]
        shown = {"a.fits", "a.png", "b.png", "c.pdf"} if free else set()
        assert {row["access_url"].rpartition("/")[2] for row in files} == shown
        (this,) = (row for row in own if row["semantics"] == "#this")
        assert (this["link_auth"], this["link_authorized"]) == (str(not free).lower(), free)
        assert this["access_url"].endswith("/a.fits" if free else f"/get-data.html?id={FIRST + number}")
        services = [row for row in own if row["service_def"]]
        assert all(row["link_authorized"] for row in services), "what is asked of us is free"
        broken = [row for row in own if row["error_message"]]
        assert {(row["link_auth"], row["link_authorized"]) for row in broken} == {(None, None)}
        assert sum("under embargo" in row["error_message"] for row in broken) == (0 if free else 3)
        assert sum("gone" in row["error_message"] for row in broken) == 1


@pytest.mark.usefixtures("granules")
async def test_links_of_oidb_are_repaired(client: httpx.AsyncClient) -> None:
    found = {row["access_url"]: row for row in await asked(client, f"ivo://jmmc.fr/oidb?{FIRST:012}")}
    wanted = {
        "a.fits": ("#this", "level-2", 291_000), "a.png": ("#preview", None, 12_000),
        "b.png": ("#preview-plot", None, None), "c.pdf": ("#auxiliary", "drs report", None),
    }  # fmt: skip
    for name, (semantics, local, length) in wanted.items():
        row = found[f"https://x.invalid/{name}"]
        assert (row["semantics"], row["local_semantics"], row["content_length"]) == (semantics, local, length)
    assert found[None]["error_message"] == "DefaultFault: gone"


async def test_nothing_asked_is_an_empty_table(client: httpx.AsyncClient) -> None:
    assert await asked(client) == []


async def test_identifiers_are_compared_without_their_case(client: httpx.AsyncClient) -> None:
    for spelled in ("ivo://jmmc.fr/oidb?000020000095", "IVO://JMMC.FR/OIDB?000020000095"):
        found = await asked(client, spelled)
        assert {row["ID"] for row in found} == {spelled}
        assert not any(row["error_message"] for row in found)


async def test_overflow_is_between_identifiers(client: httpx.AsyncClient) -> None:
    ids = [f"x{number}" for number in range(130)]
    response = await client.post(LINKS, data={"ID": ids})
    assert [row["ID"] for row in rows(response)] == ids[:100]
    assert 'value="OVERFLOW"' in response.text


async def test_what_cannot_be_asked(client: httpx.AsyncClient) -> None:
    wrong = await client.get("/datalink/jsdc.stars/links", params={"ID": "1"})
    assert (wrong.status_code, "perhaps you meant jsdc.star" in wrong.text) == (404, True)
    assert '"ERROR">UsageFault: There are no links' in wrong.text
    assert '"ERROR">UsageFault: There is nothing at' in (await client.get("/datalink/nothing")).text
    other = await client.get(LINKS, params={"ID": "1", "RESPONSEFORMAT": "csv"})
    assert (other.status_code, other.text.splitlines()[1].partition(":")[0]) == (400, "BAD_INPUT,UsageFault")
    named = await client.get(LINKS, params={"ID": "1", "RESPONSEFORMAT": "text/xml"})
    assert named.headers["content-type"] == "text/xml"
    for parameters in (
        "content=datalink",
        ' content="datalink"',
        "serialization=BINARY2",
        "content=datalink; charset=utf-8",
    ):
        told = {"ID": "1", "RESPONSEFORMAT": f"application/x-votable+xml;{parameters}"}
        answer = await client.get(LINKS, params=told)
        assert answer.headers["content-type"] == "application/x-votable+xml;content=datalink"
        assert "<TABLEDATA>" in answer.text


@pytest.mark.parametrize(
    ("form", "media_type", "version"),
    [
        ("votable;version=1.5", "application/x-votable+xml;content=datalink;version=1.5", "1.5"),
        ("VOTable; Version=1.4", "application/x-votable+xml;content=datalink;version=1.4", "1.4"),
        ("application/x-votable+xml;version=1.5", "application/x-votable+xml;version=1.5", "1.5"),
        (
            "application/x-votable+xml;content=datalink;version=1.5",
            "application/x-votable+xml;content=datalink;version=1.5",
            "1.5",
        ),
        ("text/xml;version=1.5", "text/xml;version=1.5", "1.5"),
        ("votable", "application/x-votable+xml;content=datalink", "1.4"),
    ],
)
async def test_the_version_of_votable(client: httpx.AsyncClient, form: str, media_type: str, version: str) -> None:
    answer = await client.get(LINKS, params={"ID": "1", "RESPONSEFORMAT": form})
    assert answer.headers["content-type"] == media_type
    held = parse(io.BytesIO(answer.content), verify="exception")
    assert held.version == version
    assert f"votable-{version}.xsd" in answer.text
    wrong = await client.get(LINKS, params={"ID": "1", "RESPONSEFORMAT": "votable;version=1.6"})
    assert (wrong.status_code, "version=1.4 or 1.5" in wrong.text) == (400, True)


async def test_capabilities(client: httpx.AsyncClient) -> None:
    text = (await client.get("/datalink/capabilities")).text
    assert 'standardID="ivo://ivoa.net/std/DataLink#links-1.1"' in text
    assert "http://gateway/datalink/links<" in text
    assert "available>true<" in (await client.get("/datalink/availability")).text


NIGHT = FIRST + 100
NOON = 59000.5 + 70.4048 / 360
"""Mean noon at VLTI that begins the night of MJD 59000."""
P = "109.A(A)"
OF_A_NIGHT = {  # level, target, INSNAME, time, programme, collection, category, rights, obs_id
    "science": (2, "HD 1", "PIONIER_Pnat(1.59/1.77)", NOON + 0.4, P, "c", "SCIENCE", "public", "A"),
    "calibrator": (2, "HD 9", "PIONIER_Pnat(1.59/1.77)", NOON + 0.01, P, "c", "CALIBRATOR", "public", "B"),
    "another setup": (1, "HD 8", "PIONIER_Pnat(1.53/1.79)", NOON + 0.99, P, "d", "Calib", "secure", "C"),
    "the day before": (2, "HD 9", "PIONIER_Pnat(1.59/1.77)", NOON - 0.01, P, "c", "CALIBRATOR", "public", "D"),
    "another instrument": (2, "HD 9", "GRAVITY_SC", NOON + 0.4, P, "c", "CALIBRATOR", "public", "E"),
    "another programme": (2, "HD 9", "PIONIER_Pnat(1.59/1.77)", NOON + 0.4, "109.B(A)", "c", "CALIBRATOR", "public", "F"),
    "log of a calibrator": (0, "HD 9", "PIONIER", NOON + 0.4, P, "c", "CALIBRATOR", "public", "G_1"),
    "log": (0, "HD_1", "PIONIER", NOON + 0.4, P, "x", "SCIENCE", "secure", "H_1"),
    "published": (3, "HD1", "PIONIER_Pnat(1.59/1.77)", NOON + 0.4, P, "y", "SCIENCE", "public", "I"),
    "another star": (3, "HD 2", "PIONIER_Pnat(1.59/1.77)", NOON + 0.4, P, "y", "SCIENCE", "public", "J"),
    "no programme": (2, "HD 1", "GRAVITY_SC", NOON + 0.4, None, "c", None, "public", "K"),
    "its calibrator": (2, "HD 9", "GRAVITY_FT", NOON + 0.5, "-", "c", "CALIBRATOR", "public", "L"),
    "of another collection": (2, "HD 9", "GRAVITY_FT", NOON + 0.5, None, "d", "CALIBRATOR", "public", "M"),
    "not its other level": (3, "HD 1", "GRAVITY_SC", NOON + 0.4, None, "c", "SCIENCE", "public", "N"),
    "nowhere": (2, "HD 1", "GRAVITY_SC", None, None, "c", "SCIENCE", "public", "O"),
}  # fmt: skip


@pytest.fixture(scope="module")
async def night(federation: Federation) -> AsyncIterator[dict[str, int]]:
    connection = await connect(federation.sources["oidb"])
    add = """INSERT INTO public.oidb (id, calib_level, target_name, instrument_name, t_min, t_max, progid, obs_collection,
            dataproduct_category, data_rights, obs_id, obs_release_date, facility_name, access_url, nb_channels)
        VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, NULL, 'VLTI', 'https://x.invalid/' || $10, 5)"""
    numbers = {name: NIGHT + number for number, name in enumerate(OF_A_NIGHT)}
    for name, told in OF_A_NIGHT.items():
        await connection.execute(add, numbers[name], *told)
    yield numbers
    await connection.execute("DELETE FROM public.oidb WHERE id = ANY($1)", list(numbers.values()))
    await connection.close()


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("science", {("#calibration", "B"), ("#calibration", "C"), ("#derivation", "I"), ("#progenitor", "H_1")}),
        ("published", {("#calibration", "B"), ("#calibration", "C"), ("#progenitor", "A"), ("#progenitor", "H_1")}),
        ("log", {("#derivation", "A"), ("#derivation", "I"), ("#progenitor", "H_1")}),
        ("calibrator", {("#progenitor", "G_1")}),
        ("no programme", {("#calibration", "E"), ("#calibration", "L")}),
        ("nowhere", set()),
    ],
)
async def test_calibrators_and_other_levels_of_a_night(
    client: httpx.AsyncClient, night: dict[str, int], name: str, links: set[tuple[str, str]]
) -> None:
    """Where granules say that they are of one night, and of nothing else; an embargo is on files of calibrators too."""
    letters = {number: OF_A_NIGHT[other][-1] for other, number in night.items()}
    found = await asked(client, f"ivo://jmmc.fr/oidb?{night[name]:012}")
    told = {
        (row["semantics"], letters.get(int(url.rpartition("=")[2]), "") if "?id=" in url else url.rpartition("/")[2])
        for row in found
        if (url := row["access_url"] or "") and row["semantics"] in ("#calibration", "#progenitor", "#derivation")
    }
    assert told == links
    closed = [row for row in found if row["semantics"] == "#calibration" and not row["link_authorized"]]
    assert [row["access_url"] for row in closed] == [f"http://gateway/get-data.html?id={night['another setup']}"] * (
        ("#calibration", "C") in links
    )
