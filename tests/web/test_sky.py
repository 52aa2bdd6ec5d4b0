"""The sky in Aladin Lite: our tiles, rows and coverages, no other host, areas that lead to Browse."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Page, ViewportSize, expect
from visit import Visit

from adapters.publishing.draft import draft_table
from adapters.votable.reader import read_votable
from hub.writer import open_writers
from publishing.publish import publish, remove
from sample.federation import Federation
from tests.waiting import within

pytestmark = pytest.mark.browser
ADDRESS = "/sky?centre=83.8,-2&fov=25&coverage=obsportal.target"
SMALL: ViewportSize = {"width": 900, "height": 640}
"""Few pixels, since the processor draws them."""
SHINING = b"""<VOTABLE><RESOURCE><TABLE name="shining"><DESCRIPTION>Shining stars</DESCRIPTION>
<FIELD name="name" datatype="char" arraysize="*" ucd="meta.id;meta.main"/>
<FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/>
<FIELD name="dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/>
<DATA><TABLEDATA><TR><TD>Alnilam</TD><TD>84.05</TD><TD>-1.2</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""
COLOURED = """() => [...document.querySelectorAll('.sky-aladin canvas')].reduce((sum, canvas) => {
  const context = canvas.getContext('2d');
  if (!context || !canvas.width) return sum;
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] === 142 && data[at + 1] === 197 && data[at + 2] === 255) count++;
  return sum + count;
}, 0)"""
"""Pixels of the colour of stars, #8ec5ff, on the canvases that are drawn without WebGL."""
DRIVER = "GL Driver Message"
"""What Chromium's own drawing without a graphics card says of itself."""


async def _opened(visit: Visit, address: str = ADDRESS) -> Page:
    visit.expected.append(DRIVER)
    await visit.page.set_viewport_size(SMALL)
    page = await visit.go(address)
    if "rows=none" not in address:
        await expect(page.get_by_text(" in view").first).to_be_visible(timeout=30_000)
    return page


async def test_the_sky_is_ours_and_areas_of_it_lead_to_browse(visit: Visit) -> None:
    page = await _opened(visit)
    await expect(page.get_by_text(re.compile(r"^\d{3} in view$"))).to_be_visible()
    assert await visit.violations() == []
    await visit.picture("sky")
    await page.get_by_role("button", name="box", exact=True).click()
    box = await page.locator(".sky-aladin").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x - 100, y - 80)
    await page.mouse.down()
    await page.mouse.move(x, y, steps=3)
    await page.mouse.move(x + 100, y + 80)
    await page.mouse.up()
    link = page.get_by_text("Browse what is in this area").get_by_role("link", name="jsdc.star")
    polygon = (await link.get_attribute("href") or "").partition("polygon=")[2].split("%2C")
    assert len(polygon) == 8
    corners = [float(value) for value in polygon]
    assert sum(corners[::2]) / 4 == pytest.approx(83.8, abs=0.2)
    assert sum(corners[1::2]) / 4 == pytest.approx(-2, abs=0.2)


async def test_what_is_shown_is_in_the_address(visit: Visit) -> None:
    page = await _opened(visit)
    await page.get_by_label("Name or place").fill("eps Gem")
    await page.get_by_role("button", name="Go", exact=True).click()
    await page.wait_for_url("**/sky?centre=100.983%2C25.131&fov=5&coverage=obsportal.target")
    await expect(page.locator(".on-paper")).to_contain_text(re.compile(r"100\.98\d+° 25\.13\d+°"))
    await page.go_back()
    await page.wait_for_url("**centre=83.8*")
    await page.get_by_label("The sky, in Aladin Lite").press("+")
    await page.wait_for_url("**fov=17.5*")
    await page.get_by_role("group", name="Data in OiDB").get_by_label("rows").check()
    await page.wait_for_url("**rows=jsdc.star%2Cobsportal.target%2Coidb.granule*")


async def test_the_tiles_are_a_hips(server: str) -> None:
    async with httpx.AsyncClient(base_url=f"{server}/sky/tiles/") as client:
        names = ["properties", "Moc.fits", "Norder3/Allsky.png", *(f"Norder0/Dir0/Npix{n}.png" for n in range(12))]
        answers = [await client.get(name) for name in names]
    assert {answer.status_code for answer in answers} == {200}
    assert "hips_order           = 0" in answers[0].text
    assert all(answer.content.startswith(b"\x89PNG") for answer in answers[2:])


async def test_aladin_is_the_file_of_cds_beside_its_licence(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as client:
        assert "GNU GENERAL PUBLIC LICENSE" in (await client.get("/web/aladin/COPYING")).text
        policy = (await client.get("/sky", headers={"Accept": "text/html"})).headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy


async def test_all_stars_appear_the_closer_one_looks(visit: Visit) -> None:
    """Aladin asks for the files of our HiPS alone, and deeper tiles as one goes closer; each star is drawn and leads on."""
    visit.expected += ["/hips/jsdc.star/Norder", "Canvas2D"]  # tiles without rows are 404; and this test reads pixels
    asked: dict[str, int] = {}
    visit.page.on("response", lambda answer: asked.__setitem__(httpx.URL(answer.url).path, answer.status))
    page = await _opened(visit, "/sky?centre=83.8,-2&fov=60&rows=none&all=jsdc.star")
    hips = "/hips/jsdc.star"

    async def previews() -> bool:
        return {f"{hips}/Norder1/Allsky.tsv", f"{hips}/Norder2/Allsky.tsv"} <= asked.keys()

    await within(previews, 30)
    assert {asked[f"{hips}/{name}"] for name in ("properties", "Metadata.xml", "Norder1/Allsky.tsv")} == {200}
    screen = page.get_by_label("The sky, in Aladin Lite")

    async def shown() -> bool:
        return await _coloured(visit) > 100

    await within(shown, 30)
    for _ in range(6):
        await screen.press("+")

    async def deeper() -> bool:
        return any(path.startswith(f"{hips}/Norder3/") and status == 200 for path, status in asked.items())

    await within(deeper, 30)
    await page.wait_for_url("**all=jsdc.star*")
    layer = page.get_by_role("group", name="Stars of JSDC, the brightest first")
    await layer.get_by_label("all, the closer the more").uncheck()
    await page.wait_for_url(re.compile(r"^(?!.*all=)"))

    async def gone() -> bool:
        return await _coloured(visit) == 0

    await within(gone, 20)


async def _coloured(visit: Visit) -> int:
    """How many pixels have the colour of stars."""
    count = await visit.page.evaluate(COLOURED)
    return int(count)


@pytest.fixture
async def shining(federation: Federation, server: str) -> AsyncIterator[str]:
    """A table that the centre has published while the gateway runs, once its coverage is known."""
    writers = await open_writers(federation.jobs, 1, 60)

    async def document() -> AsyncIterator[bytes]:
        yield SHINING

    source = await read_votable(document())
    await publish(writers, draft_table(source.heading, "shining"), source.copy, replace=False)
    async with httpx.AsyncClient(base_url=server) as client:

        async def covered() -> bool:
            return (await client.get("/moc/published.shining")).status_code == 200

        await within(covered, 60)
    yield "published.shining"
    await remove(writers, "shining")
    await writers.close()


async def test_coverages_of_published_tables_are_layers(visit: Visit, shining: str) -> None:
    page = await _opened(visit)
    layer = page.get_by_role("group", name="Shining stars")
    await expect(layer.get_by_label("rows")).to_have_count(0)
    async with page.expect_response(f"**/moc/{shining}?order=*") as answer:
        await layer.get_by_label("coverage").check()
    assert (await answer.value).status == 200
    await page.wait_for_url(f"**coverage=obsportal.target%2C{shining}*")
    assert await visit.violations() == []
    async with httpx.AsyncClient(base_url=visit.server) as client:
        told = await client.get("/sky", params={"coverage": shining, "rows": "none", "format": "json"})
        [row] = told.json()["rows"]
        assert (row["table"], row["title"], row["kind"]) == (shining, "Shining stars", "coverage")
        assert (await client.get(row["url"], params={"format": "ascii"})).text == "10/5852762 "
