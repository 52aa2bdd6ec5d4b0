"""The plots of a star are right: what is drawn, read at the ticks of the axes as people do, is what astropy has."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import astropy.units as u
import httpx
import numpy as np
import pytest
import pytest_asyncio
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS
from markupsafe import Markup
from numpy.typing import NDArray

from adapters.page.field_plot import projected
from adapters.page.instants import evening
from adapters.page.quantities import BANDS, DISKS
from adapters.page.spectral_plot import flux
from adapters.page.uv_plot import MEGAWAVELENGTHS, METRES, uv_plot
from adapters.page.visibility_plot import LINEAR, LOGARITHMIC, LONGEST, PLOTTED, nearest_band, visibility_plot
from adapters.page.words import ENGLISH, speaker
from sky.reference_frames import galactic

Floats = NDArray[np.float64]
TOLERANCE = 1e-3
"""Of what a plot goes over."""
ASKED = """{
  exposures(first: 1000, orderBy: [{ expId: ASC }]) { nodes {
    expId expStart expMjdStart targetId interferometerName instrumentName instrumentEmMin instrumentEmMax
    expProjectedBaselines projectedBaselines { name uv { start { u v } end { u v } } }
  } }
  stars(first: 50, where: { uddr: { gt: 0.5 }, uddn: { gt: 0.5 } }, orderBy: [{ jsdcId: ASC }]) { nodes {
    jsdcId name ra dec uddr uddh uddk uddl uddn
  } }
}"""
Values = Mapping[str, Any]
SAY = speaker(ENGLISH)
TEXT = re.compile(r'<text class="axis" text-anchor="(middle|end)" x="([\d.]+)" y="([\d.]+)">([^<]+)</text>')
TRACK = re.compile(r'<path class="track s\d" d="([^"]+)"')
EXPONENTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest_asyncio.fixture(scope="module")
async def answer(client: httpx.AsyncClient) -> Mapping[str, Values]:
    told: Mapping[str, Values] = (await client.post("/graphql", json={"query": ASKED})).json()["data"]
    return told


@pytest.fixture
def exposures(answer: Mapping[str, Values]) -> Sequence[Values]:
    """An exposure of each target of the sample whose baselines are known: two interferometers, four instruments."""
    nodes = answer["exposures"]["nodes"]
    known = {one["targetId"]: one for one in nodes if any(each["uv"] for each in one["projectedBaselines"] or ())}
    assert len(known) == 47
    return list(known.values())


@pytest.fixture
def stars(answer: Mapping[str, Values]) -> Sequence[Values]:
    """50 stars whose disks are large enough to be resolved."""
    nodes: Sequence[Values] = answer["stars"]["nodes"]
    assert len(nodes) == 50
    return nodes


def number(text: str) -> float:
    text = text.replace("−", "-")
    return float(f"1e{text[2:].translate(EXPONENTS)}" if re.fullmatch(r"10[⁻⁰-⁹¹²³]+", text) else text)


def reading(plot: Markup, scaled: Callable[[float], float] = float) -> Callable[[Floats], Floats]:
    """What turns places in a plot into values, as its ticks say."""
    ticks = [(kind, float(x), float(y), text) for kind, x, y, text in TEXT.findall(plot) if re.match(r"[−\d]", text)]
    across = np.polyfit(*zip(*((x, number(text)) for kind, x, _, text in ticks if kind == "middle"), strict=True), 1)
    up = np.polyfit(
        *zip(*((y - 4, scaled(number(text))) for kind, _, y, text in ticks if kind == "end"), strict=True), 1
    )
    return lambda places: np.stack([np.polyval(across, places[..., 0]), np.polyval(up, places[..., 1])], -1)


def drawn(plot: Markup) -> Floats:
    """The beginning and the end of each piece of the only track of a plot."""
    [path] = TRACK.findall(plot)
    pieces = [re.findall(r"-?[\d.]+", piece) for piece in path.replace("h0", "").split("M")[1:]]
    return np.array([[*map(float, piece[:2]), *map(float, piece[-2:])] for piece in pieces]).reshape(-1, 2, 2)


def directions(exposure: Values, moment: str) -> Floats:
    """u and v by astropy: where lengths and position angles lead on the sky, a metre being 10⁻⁷ of a radian."""
    raw = [exposure["expProjectedBaselines"][one["name"]] for one in exposure["projectedBaselines"] if one["uv"]]
    length, angle = (np.array([float(one[what][moment]) for one in raw]) for what in ("length", "angle"))
    centre = SkyCoord(0 * u.deg, 0 * u.deg)
    away = centre.directional_offset_by(angle * u.deg, length * 1e-7 * u.rad)
    return np.stack([offset.to_value(u.rad) / 1e-7 for offset in centre.spherical_offsets_to(away)], -1)


def test_points_of_the_uv_plane_are_where_astropy_has_them(exposures: Sequence[Values]) -> None:
    for exposure in exposures:
        plot = uv_plot([exposure], METRES, SAY)
        assert plot
        found = reading(plot)(drawn(plot))
        wanted = np.stack([directions(exposure, moment) for moment in ("start", "end")], 1)
        assert np.abs(found - np.concatenate([wanted, -wanted])).max() < TOLERANCE * np.abs(wanted).max() * 2


def test_spatial_frequencies_are_baselines_by_wavelengths(exposures: Sequence[Values]) -> None:
    for exposure in exposures:
        plot = uv_plot([exposure], MEGAWAVELENGTHS, SAY)
        assert plot
        edges = [exposure[edge] * u.m for edge in ("instrumentEmMax", "instrumentEmMin")]
        baselines = directions(exposure, "start") * u.m
        wanted = np.stack([(baselines / edge).to_value(1e6 * u.one) for edge in edges], 1)
        found = reading(plot)(drawn(plot))
        assert np.abs(found - np.concatenate([wanted, -wanted])).max() < TOLERANCE * np.abs(wanted).max() * 2


def squared(diameter: float, baselines: Floats, micron: float) -> Floats:
    """V² of a uniform disk, as the transform of what is left of it on one axis: 4/π ∫ √(1 - t²) cos(x t) dt, t = sin φ."""
    x = (np.pi * (diameter * u.mas).to_value(u.rad) * baselines * u.m / (micron * u.um)).to_value(u.one)
    phase = (np.arange(400) + 0.5) * np.pi / 800
    integral = (np.cos(phase) ** 2 * np.cos(x[:, None] * np.sin(phase))).mean(-1) * np.pi / 2
    return np.asarray((4 / np.pi * integral) ** 2)


def test_visibilities_are_those_of_the_disk(stars: Sequence[Values], exposures: Sequence[Values]) -> None:
    disks = {DISKS[field][0]: (field, DISKS[field][1]) for field in PLOTTED}
    for star, exposure in zip(stars, [*exposures, *exposures], strict=False):
        band = nearest_band(exposure, {name: micron for name, (_, micron) in disks.items()})
        field, micron = disks[band]
        baselines = np.sort(np.linalg.norm(directions(exposure, "start"), axis=-1))
        baselines = baselines[baselines <= LONGEST]
        wanted = squared(star[field], baselines, micron)
        for scale, scaled in ((LINEAR, float), (LOGARITHMIC, np.log10)):
            plot = visibility_plot(star, [exposure], scale, SAY)
            assert plot
            places = reading(plot, scaled)(drawn(plot)[:, 0])
            assert places[:, 0] == pytest.approx(baselines, abs=TOLERANCE * LONGEST)
            level = wanted if scale == LINEAR else np.log10(np.maximum(wanted, 1e-5))
            assert places[:, 1] == pytest.approx(level, abs=TOLERANCE * np.ptp([*level, 0, 1, level.min()]))


def test_curves_are_those_of_the_disk(stars: Sequence[Values]) -> None:
    for star in stars:
        plot = visibility_plot(star, [], LINEAR, SAY)
        assert plot
        curves = re.findall(r'<polyline class="line s\d" points="([^"]+)"', plot)
        fields = [field for field in PLOTTED if star[field]]
        for field, curve in zip(fields, curves, strict=True):
            places = reading(plot)(np.array([point.split(",") for point in curve.split()], float))
            edges = [
                places[:, 0] + sign * LONGEST / 544 / 20 for sign in (-1, 1)
            ]  # a tenth of a pixel is what is drawn
            values = np.sort([squared(star[field], np.maximum(edge, 0), DISKS[field][1]) for edge in edges], axis=0)
            assert np.all(places[:, 1] > values[0] - TOLERANCE)
            assert np.all(places[:, 1] < values[1] + TOLERANCE)


def test_places_are_astropys(stars: Sequence[Values]) -> None:
    for star in stars:
        ra, dec = star["ra"], star["dec"]
        wanted = SkyCoord(ra, dec, unit="deg").galactic
        assert galactic(ra, dec) == pytest.approx((wanted.l.deg, wanted.b.deg), abs=3e-5)
        plane = WCS(naxis=2)
        plane.wcs.ctype, plane.wcs.crval, plane.wcs.cdelt = ["RA---TAN", "DEC--TAN"], [ra, dec], [1, 1]
        other = ((ra + 2) % 360, max(-89.0, min(89.0, dec + 3)))
        assert projected((ra, dec), other) == pytest.approx(plane.wcs_world2pix([other], 0)[0] + 1, abs=1e-9)


def test_fluxes_are_those_of_the_magnitudes() -> None:
    for band in BANDS.values():
        density = band.jansky * u.Jy * 10 ** (-0.4 * 3.21)
        wanted = (density * (band.micron * u.um).to(u.Hz, u.spectral())).to_value(u.W / u.m**2)
        assert flux(3.21, band.micron, band.jansky) == pytest.approx(wanted)


async def test_nights_are_those_of_the_gateway(client: httpx.AsyncClient, exposures: Sequence[Values]) -> None:
    for exposure in exposures[::12]:
        night = evening(exposure["expMjdStart"], exposure["interferometerName"]).isoformat()
        where = f'{{ night: {{ site: {exposure["interferometerName"]}, date: "{night}" }} }}'
        query = f"{{ exposures(first: 1000, where: {where}) {{ nodes {{ expId }} }} }}"
        nodes = (await client.post("/graphql", json={"query": query})).json()["data"]["exposures"]["nodes"]
        assert exposure["expId"] in {one["expId"] for one in nodes}
