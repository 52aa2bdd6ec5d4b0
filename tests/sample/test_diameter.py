import numpy as np
import pytest

from sample.diameter import BANDS, Diameters, diameters, uniform_disks
from sample.spectral import parse_spectral_type, spectral_type_label

SIRIUS = parse_spectral_type("A1V+DA")


@pytest.fixture
def sirius() -> Diameters:
    index = np.array([SIRIUS[0]])
    return diameters(
        index,
        np.array([-1.121]),
        np.array([0.002]),
        np.array([[-1.391, -1.391, -1.390]]),
        np.array([[0.109, 0.184, 0.214]]),
    )


def test_diameters_of_sirius_are_getstars(sirius: Diameters) -> None:
    assert sirius.single[0] == pytest.approx([6.653165, 6.420267, 6.17148], abs=1e-6)
    assert sirius.e_single[0] == pytest.approx([0.9289771, 0.7816873, 0.7049846], abs=1e-6)
    assert sirius.ldd[0] == pytest.approx(6.380782, abs=1e-6)
    assert sirius.e_ldd[0] == pytest.approx(0.4759618, abs=1e-6)
    assert sirius.chi2[0] == pytest.approx(0.0882, abs=5e-5)


def test_uniform_disks_of_sirius_are_getstars(sirius: Diameters) -> None:
    disks = dict(zip(BANDS, uniform_disks(np.array([SIRIUS[0]]), np.array([SIRIUS[1]]), sirius.ldd)[0], strict=True))
    assert disks["B"] / sirius.ldd[0] == pytest.approx(0.950267, abs=1e-6)
    assert [disks[band] for band in "BVRIJHKLMN"] == pytest.approx(
        [6.063444, 6.108849, 6.173666, 6.222332, 6.270342, 6.297314, 6.309263, 6.342245, 6.351563, 6.361318], abs=2e-5
    )


def test_a_star_without_magnitude_or_out_of_domain_has_no_diameter() -> None:
    nothing = np.array([np.nan, 5.0]), np.array([0.01, 0.01]), np.full((2, 3), 4.0), np.full((2, 3), 0.1)
    assert np.isnan(diameters(np.array([100, 20]), *nothing).ldd).all()


@pytest.mark.parametrize(
    ("text", "index", "luminosity"),
    [
        ("A1V+DA", 84, 5),
        ("G8Ib", 192, 1),
        ("M1-M2Ia-Iab", 244, 1),
        ("K2", 208, -1),
        ("M0.5V", 242, 5),
        ("C6,3", -1, -1),
        ("A4IV", 96, 4),
    ],
)
def test_spectral_types(text: str, index: int, luminosity: int) -> None:
    assert parse_spectral_type(text) == (index, luminosity)


def test_spectral_types_are_spelt_as_the_jmmc_does() -> None:
    assert spectral_type_label(84, 5) == "A1.00V"
    assert spectral_type_label(242, 3) == "M0.50III"
