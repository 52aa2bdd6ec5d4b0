"""The notebooks of docs/astronomers are run, and what they come to is what other ways come to."""

import json
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import Angle
from notebook import ASTRONOMERS, run
from pages import blocks_of

from gateway.commands.generate import NOTEBOOKS

MAS = Angle("1arcsec").radian / 1000


def squared_visibility(diameter: float, baseline: float, wavelength: float) -> float:
    """V² of a uniform disk, the integral over strips of its surface: no Bessel function in it."""
    edge = np.cos((np.arange(4000) + 0.5) * np.pi / 4000)  # abscissae of Gauss-Chebyshev quadrature, of the second kind
    phase = np.pi * diameter * MAS * baseline / wavelength * edge
    return float((2 * np.mean((1 - edge**2) * np.cos(phase))) ** 2)


def test_calibrators_for_tonight(server: str) -> None:
    left = run(ASTRONOMERS / "calibrators.md", server)
    observable = left["observable"]
    assert {"HD 50554", "HD 58899"} <= set(observable["Name"])
    assert not set(observable["Name"]) & set(left["tap"].search("SELECT name FROM jsdc.badcal").to_table()["name"])
    for row in observable:
        expected = squared_visibility(row["UDDH"], 330, 1.65e-6)
        wider = squared_visibility(row["UDDH"] * (1 + 1e-4), 330, 1.65e-6)
        slope = (expected - wider) / 1e-4 * row["e_LDD"] / row["LDD"]
        assert (row["V2"], row["e_V2"]) == (pytest.approx(expected, abs=1e-6), pytest.approx(slope, rel=1e-2))
        highest = 90 - abs(34.2244 - row["dec"])
        assert row["airmass"] == pytest.approx(1 / np.sin(np.radians(highest)), abs=0.01), "culminates in the night"
        assert 1 < row["hours"] < 12


def test_everything_on_my_star(server: str) -> None:
    left = run(ASTRONOMERS / "my-star.md", server)
    assert left["star"]["name"] == "HD 156014"
    assert set(left["granules"]["level"]) == {0, 1, 2}
    assert len(left["observations"]) == len(left["granules"])
    ldd, plx = left["star"]["ldd"], left["star"]["plx"]
    assert left["radius"] == pytest.approx(107.5 * ldd["value"] / plx["value"], rel=0.02), "107.5 R☉ a mas at 1 kpc"
    relative = np.hypot(ldd["error"] / ldd["value"], plx["error"] / plx["value"])
    assert (left["high"] - left["low"]) / 2 / left["radius"] == pytest.approx(relative, rel=0.1)
    assert left["high"] - left["radius"] > left["radius"] - left["low"], "the parallax is below the line"


def test_sizes_of_what_spica_observed(server: str) -> None:
    left = run(ASTRONOMERS / "sizes.md", server)
    known, near = left["known"], left["near"]
    assert len(known) > 15
    for row in known:
        assert row["V2"] == pytest.approx(squared_visibility(row["UDDR"], row["baseline"], 7.5e-7), abs=1e-4)
    assert set(known["state"]) == {"resolved", "beyond the first null"}
    assert float(near[near["Name"] == "HD 36395"]["R"][0]) == pytest.approx(0.574, abs=0.06), "GJ 205, interferometry"


def test_the_uv_plane_of_a_night(server: str) -> None:
    left = run(ASTRONOMERS / "uv-night.md", server)
    told = [baseline["uv"]["start"] for one in left["exposures"] for baseline in one["projectedBaselines"]]
    points = left["points"]
    assert len(points) == 3 * 15
    for axis in "uv":
        assert points[axis].value == pytest.approx([point[axis] for point in told], abs=1e-6)
    first, *_ = left["exposures"]
    assert first["uv"]["minDistance"] <= left["shortest"].value + 0.1
    assert left["longest"].value <= max(one["uv"]["maxDistance"] for one in left["exposures"])
    assert left["resolution"].value == pytest.approx(6e-7 / (2 * left["longest"].value) / MAS)
    assert np.all((left["airmass"] >= 1) & (left["airmass"] < 1.1))
    assert points["V2"].min() == pytest.approx(
        squared_visibility(left["diameter"].value, left["longest"].value, 7.5e-7), abs=1e-4
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_has_the_cells_of_its_page(name: str) -> None:
    page = ASTRONOMERS / name
    made: dict[str, Any] = json.loads(page.with_suffix(".ipynb").read_text())
    cells = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]
    assert cells == [block.text.rstrip("\n") for block in blocks_of(page)]
    assert "](" not in "".join(
        line for cell in made["cells"] if cell["cell_type"] == "markdown" for line in cell["source"]
    )
