"""The CHARA Array as SPICA uses it: stations, delay lines, Pipes of Pan, switchyard and horizons.

The numbers are those of ASPRO2's configuration (JMMC-OpenDev/aspro-conf, CHARA.xml of 2026, versions 2024A to 2026A):
`posX` to `posZ`, `delayLineFixedOffset`, `maximumThrow`, `popLink`, `channelLink` and `horizon`, of which points on a
straight line between their neighbours are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sky.interferometer import Array, Beam, Horizon, HourAngles
from sky.site import Site

CHARA = Site("CHARA", (-2_483_801.164432058, -4_660_154.224654438, 3_568_032.552411753))
"""Its reference is the telescope S1."""
CONFIGURATION = "2026A"
"""ASPRO2's version of these numbers."""
HIGHEST, SAFE = 85.0, 80.0
"""Elevations, degrees: the largest, and the one above which the telescopes' motors complain."""
MOON, MOON_WARNING = 5.0, 10.0
"""Distances to the Moon, degrees: nearer than the first no star can be tracked, nearer than the second some not."""
FEWEST = 4
"""Telescopes that SPICA wants at least: its fringe tracker is required."""


@dataclass(frozen=True)
class Telescope:
    """A telescope of CHARA; lengths are optical paths, m."""

    position: tuple[float, float, float]
    """X, Y, Z from the reference, m."""
    offset: float
    """Fixed offset of its delay line."""
    throw: float
    """Of its delay line."""
    pops: tuple[float, float, float, float, float]
    """PoP1 to PoP5."""
    channel: float
    """Path from the switchyard to the channel that it has at SPICA."""


TELESCOPES: Mapping[str, Telescope] = {
    "E1": Telescope(
        (-176.95284790753, 125.335714373, 249.63003069697427), 15.496946283580002, 91.28,
        (0.0, 36.5863985, 73.1208731, 109.7079483, 143.0198375), 0.41992467,
    ),
    "W2": Telescope(
        (-111.72272225575335, -69.092841159, 165.0799535208497), -8.46025720441604, 91.32,
        (-143.055, -106.455324, -69.911098, -33.306356, 0.0), 0.21030343,
    ),
    "W1": Telescope(
        (-130.58480586743954, -175.072887015, 172.7983113501194), 29.151620663418637, 91.54,
        (-73.1101855, -36.5361019, 0.0, 36.5935707, 69.9072977), 0.0,
    ),
    "S2": Telescope(
        (-18.352615330006202, -5.74654329, 28.127866288227942), 4.671561238817822, 91.54,
        (-36.5449882, 0.0, 36.5682532, 73.1574972, 106.4671925), -0.21081834,
    ),
    "S1": Telescope(
        (0.0, 0.0, 0.0), 0.0, 91.48, (0.0, 36.5629924, 73.1287969, 109.7241385, 143.0353842), -0.42102104,
    ),
    "E2": Telescope(
        (-154.00659603711142, 70.394152939, 221.43833210736057), 26.358835531748, 91.32,
        (-73.1126492, -36.5387815, 0.0, 36.577981, 69.920509), -0.6320136,
    ),
}  # fmt: skip
"""By name, in the order of SPICA's beams, on the channels V1 to V6."""
FIXED_POPS: Mapping[str, int] = {"W2": 5}
"""Pipe of Pan of a telescope that can have no other, unless one says so: since July 2021."""
HORIZONS: Mapping[str, str] = {
    "E1": (
        "0,31 2,29 4,28 6,29 8,26 10,27 12,32 14,38 18,36 20,36 22,35 24,33 26,34 28,34 30,31 36,31 38,30 "
        "40,28 42,28 44,27 46,25 48,25 50,18 245,18 248,20 250,20 252,18 268,18 272,22 274,23 278,23 "
        "284,26 286,26 288,27 290,26 292,29 294,31 296,32 298,32 300,33 302,32 304,32 306,31 310,31 "
        "314,29 318,29 320,28 322,20 324,18 332,18 334,20 338,20 340,24 342,26 346,28 350,29 352,29 "
        "354,28 356,28 358,30 360,31"
    ),
    "W2": (
        "0,18 10,18 12,20 14,20 16,18 18,18 20,20 22,20 24,21 26,21 28,18 72,18 74,21 76,22 78,24 82,24 "
        "84,26 86,26 88,25 90,28 94,28 96,27 98,25 100,24 102,24 104,23 106,23 110,21 112,23 114,23 "
        "118,25 122,25 128,22 130,19 132,18 164,18 166,21 170,21 176,18 360,18"
    ),
    "W1": (
        "0,18 8,18 10,19 12,18 22,18 26,20 28,20 30,24 32,27 34,28 36,25 38,21 40,21 42,19 44,18 70,18 "
        "72,19 74,21 76,21 78,38 80,38 82,37 84,40 86,42 88,43 94,43 96,42 98,43 100,42 102,42 104,41 "
        "106,38 108,38 112,34 114,36 116,36 118,26 120,27 122,18 360,18"
    ),
    "S2": (
        "0,18 15,18 25,22 30,18 100,18 110,23 120,23 125,18 165,18 170,20 175,20 180,18 234,18 238,22 "
        "244,25 250,25 252,26 254,24 256,23 260,19 262,18 288,18 290,21 291,30 292,40 294,40 296,41 "
        "304,41 306,42 308,42 310,45 312,46 314,46 316,48 320,48 322,49 328,49 330,46 332,46 334,42 "
        "336,37 338,37 340,32 342,32 344,27 346,27 350,25 352,22 354,22 358,18 360,18"
    ),
    "S1": (
        "0,31 4,29 12,21 14,21 16,18 206,18 208,20 210,20 212,21 214,23 216,22 218,20 222,18 275,18 "
        "278,25 280,28 282,29 284,29 286,30 288,30 290,33 292,33 296,35 298,37 302,37 306,41 308,41 "
        "310,40 312,41 314,40 316,40 318,39 320,39 324,41 326,41 328,40 332,42 336,42 338,41 340,41 "
        "342,40 348,40 350,38 352,33 354,32 358,32 360,31"
    ),
    "E2": (
        "0,18 18,18 20,19 26,28 28,29 32,29 34,28 36,28 40,24 43,18 168,18 170,21 172,22 174,21 176,18 "
        "245,18 248,24 252,24 254,28 256,29 262,23 264,18 360,18"
    ),
}
"""Azimuth and lowest elevation, degrees, of the corners of what is in the way of each telescope."""


def spica_array(stations: tuple[str, ...], lowest: float, hour_angles: HourAngles | None = None) -> Array:
    """The array of some telescopes, in the order of SPICA's beams.

    Parameters
    ----------
    stations
        Names of at least `FEWEST` different telescopes, in any order.
    lowest
        Lowest elevation, degrees.
    hour_angles
        As `Array.hour_angles`.
    """
    beams = tuple(_beam(name) for name in TELESCOPES if name in stations)
    return Array(CHARA, beams, lowest, HIGHEST, SAFE, MOON, hour_angles)


def _beam(name: str) -> Beam:
    telescope = TELESCOPES[name]
    return Beam(
        name, telescope.position, telescope.offset + telescope.channel, telescope.throw, telescope.pops, _horizon(name)
    )


def _horizon(name: str) -> Horizon:
    corners = (corner.split(",") for corner in HORIZONS[name].split())
    return tuple((float(azimuth), float(elevation)) for azimuth, elevation in corners)
