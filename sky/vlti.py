"""The VLTI: its stations, delay lines, quadruplets and horizons, and how near the Moon may come.

The numbers are those of ASPRO2's configuration (JMMC-OpenDev/aspro-conf, VLTI.xml, Period 117): `posX` to `posZ`,
`opticalLength` of the switchyard `sw_STS` for the channel and delay line that the configuration names, `maximumThrow`,
`horizon`. GRAVITY, MATISSE and PIONIER have the same five quadruplets there. `vlti_horizons.csv` leaves out corners
within 0.05° of the line between their neighbours: ASPRO2 rounds to a tenth of a degree.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sky.interferometer import Array, Beam, Horizon
from sky.site import Site

VLTI = Site("VLTI", (1_946_409.9709899623, -5_467_660.10589381, -2_642_728.3998888675))
CONFIGURATION = "Period 117"
"""ASPRO2's version of these numbers."""
HIGHEST = 87.0
"""Elevation, degrees: telescopes reach no nearer to the zenith."""
POSITIONS: Mapping[str, tuple[float, float, float]] = {
    "UT1": (3.38371000421, -9.92488562146, -23.9205578532),
    "UT2": (24.5681199729, 14.8873284322, 22.291721987),
    "UT3": (39.4370575429, 44.9145832917, 54.7272490998),
    "UT4": (30.1925424085, 103.30582608, 34.5609984934),
    "A0": (-19.1308447692, -14.6416222483, -52.6265590975),
    "B2": (-27.5014435393, 0.739357350185, -70.8864234678),
    "B5": (-36.9590559352, 8.54698113036, -91.5175305558),
    "C1": (-23.2660526999, 5.69139845692, -61.6472203466),
    "D0": (-14.7910560493, 15.6279566959, -43.1596194439),
    "G1": (-35.6702577586, 66.7157273295, -88.7061092283),
    "J2": (-21.7726863617, 114.459582173, -58.389548161),
    "J6": (44.4258718006, 59.8101193611, 86.0178863311),
    "K0": (-1.77606567625, 106.396947629, -14.7683459497),
}
"""X, Y, Z from the reference, m."""
QUADRUPLETS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "UTs": {"UT1": (202.5627, 100.0), "UT2": (195.5727, 101.25), "UT3": (207.6495, 100.0), "UT4": (217.8957, 100.0)},
    "Extended": {"A0": (150.3175, 200.0), "B5": (190.0665, 200.0), "J2": (153.0623, 200.0), "J6": (206.5995, 200.0)},
    "Large": {"A0": (149.0675, 101.25), "G1": (150.0535, 100.0), "J2": (153.0623, 100.0), "K0": (113.7693, 100.0)},
    "Medium": {"A0": (150.3175, 100.0), "B5": (188.8165, 101.25), "D0": (116.5755, 101.25), "G1": (149.5735, 100.0)},
    "Small": {"A0": (150.3175, 100.0), "B2": (166.0655, 100.0), "D0": (116.5755, 101.25), "C1": (148.3465, 101.25)},
}
"""By ASPRO2's name, the stations in the order of the beams: optical path of the switchyard and throw, m.

The delay lines of the extended one are passed twice.
"""
MOON = 1.0
"""Distance to the Moon, degrees, within which no star can be tracked."""
UT_MOON, AT_MOON = (0.85, 20.0), (0.95, 5.0)
"""As `Array.bright_moon`: ASPRO2's largest, which hold whatever the star's magnitude (10 and 3 degrees for some)."""


def vlti_array(quadruplet: str, lowest: float) -> Array:
    """The array of a quadruplet, by its name in `QUADRUPLETS`; `lowest` is the lowest elevation, degrees."""
    beams = tuple(
        Beam(station, POSITIONS[station], length, throw, horizon=horizons()[station])
        for station, (length, throw) in QUADRUPLETS[quadruplet].items()
    )
    bright_moon = UT_MOON if quadruplet == "UTs" else AT_MOON
    return Array(VLTI, beams, lowest, HIGHEST, HIGHEST, MOON, bright_moon=bright_moon)


@cache
def horizons() -> Mapping[str, Horizon]:
    """What is in the way of each station; read once."""
    corners: dict[str, list[tuple[float, float]]] = {}
    with Path(__file__).with_name("vlti_horizons.csv").open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            corners.setdefault(row["station"], []).append((float(row["azimuth"]), float(row["elevation"])))
    return {station: tuple(points) for station, points in corners.items()}
