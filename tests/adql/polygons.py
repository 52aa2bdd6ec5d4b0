"""Pairs of polygons that share corners, edges and halves, grown by chance; and what is right of each, in long doubles."""

from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

Vectors = Any
"""Long doubles, an array of shape (n, 3)."""
NEAR = 1e-12
"""Radians: what is no farther from an edge is on it."""
SAMPLES = np.linspace(0, 1, 33, dtype=np.longdouble)
RADIAN = np.longdouble(180) / (4 * np.arctan(np.longdouble(1)))
KINDS = (
    "itself",
    "turned",
    "begun elsewhere",
    "repeated",
    "half",
    "edge",
    "corner",
    "within",
    "crossed",
    "apart",
    "notch",
)


@dataclass(frozen=True)
class Pair:
    """Two polygons, each as the degrees of its corners."""

    kind: str
    one: list[float]
    other: list[float]


def pair(random: Random) -> Pair:
    """A pair of some kind, somewhere on the sky (also around a pole or across 0), of any size up to 60°."""
    centre = random.choice([None, None, None, (0.0, 90.0), (10.0, -90.0), (0.0, 0.0), (359.99, 45.0)])
    ra, dec = centre or (random.uniform(0, 360), float(np.degrees(np.arcsin(random.uniform(-1, 1)))))
    size = 10 ** random.uniform(-6, 1.45)
    one = _around(random, ra, dec, size, random.randint(3, 6))
    kind = random.choice(KINDS)
    return Pair(kind, _flat(one), _flat(_beside(random, kind, one, (ra, dec, size))))


def _beside(random: Random, kind: str, one: list[Any], place: tuple[float, float, float]) -> list[Any]:
    ra, dec, size = place
    another = _around(random, ra, dec, size, random.randint(3, 6))
    third = (one[3:4] and one[2]) or _middle(one[1], one[2])
    others: dict[str, list[Any]] = {
        "itself": one,
        "turned": one[::-1],
        "begun elsewhere": one[2:] + one[:2],
        "repeated": [corner for corner in one for _ in range(random.randint(1, 2))],
        "half": [one[0], one[1], third],
        "edge": [one[1], one[0], _mirrored(one[2], one[0], one[1])],
        "corner": [one[0], *another[1:]],
        "within": _around(random, ra, dec, size / 10, 4),
        "crossed": another,
        "apart": _around(random, ra + 180 * (random.random() < 0.5), -dec, size, 4),
        "notch": [*one[:-1], (ra, dec)],
    }
    return others[kind]


def _around(random: Random, ra: float, dec: float, size: float, corners: int) -> list[Any]:
    """Corners at directions that go round a place, at most `size` degrees from it."""
    start, places = random.uniform(0, 360), []
    for number in range(corners):
        turn = np.radians(start + 360 / corners * (number + random.uniform(-0.4, 0.4)))
        away = np.radians(size * random.uniform(0.2, 1))
        places.append(_at(ra, dec, np.tan(away) * np.sin(turn), np.tan(away) * np.cos(turn)))
    return places


def _at(ra: float, dec: float, east: float, north: float) -> tuple[float, float]:
    a, d = np.radians([ra, dec])
    v = np.array([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])
    v = v + east * np.array([-np.sin(a), np.cos(a), 0])
    v = v + north * np.array([-np.sin(d) * np.cos(a), -np.sin(d) * np.sin(a), np.cos(d)])
    return _place(v)


def _place(v: Any) -> tuple[float, float]:
    ra = float(np.degrees(np.arctan2(v[1], v[0]))) % 360
    return ra, float(np.degrees(np.arctan2(v[2], np.hypot(v[0], v[1]))))


def _middle(a: Any, b: Any) -> tuple[float, float]:
    return _place(vectors([*a, *b]).sum(0).astype(float))


def _mirrored(place: Any, a: Any, b: Any) -> tuple[float, float]:
    """The place on the other side of the great circle through a and b."""
    p, one, other = vectors([*place, *a, *b])
    pole = np.cross(one - other, one + other)
    pole /= np.sqrt((pole**2).sum())
    return _place((p - 2 * (p @ pole) * pole).astype(float))


def _flat(corners: list[Any]) -> list[float]:
    return [float(number) for corner in corners for number in corner]


def vectors(area: list[float]) -> Vectors:
    """The corners of an area as unit vectors."""
    a, d = (np.array(area[at::2], np.longdouble) / RADIAN for at in (0, 1))
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], -1)


def held(area: list[float], places: Vectors, near: float) -> Any:
    """Whether places are in a polygon, seen from its middle, where great circles are straight; its edges are."""
    corners = vectors(area)
    front = corners.sum(0)
    front /= np.sqrt((front**2).sum())
    east = np.cross(np.eye(3, dtype=np.longdouble)[np.argmin(np.abs(front))], front)
    north = np.cross(front, east)
    x, y, px, py = (v @ axis / (v @ front) for v in (corners, places) for axis in (east, north))
    inside = np.zeros(len(places), bool)
    for a in range(len(x)):
        b = (a + 1) % len(x)
        crosses = (y[a] > py) != (y[b] > py)
        # The side that the place is on, as an area: nothing is divided by what may be 0.
        turn = (x[b] - x[a]) * (py - y[a]) - (px - x[a]) * (y[b] - y[a])
        inside ^= crosses & ((turn > 0) == (y[b] > y[a]))
    return (inside & (places @ front > 0)) | (distance(corners, places) <= near)


def distance(corners: Vectors, places: Vectors) -> Any:
    """Radians from places to the nearest edge."""
    nearest = np.full(len(places), np.inf, np.longdouble)
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        ends = np.minimum(*(2 * np.arcsin(np.sqrt(((places - end) ** 2).sum(1)) / 2) for end in (a, b)))
        pole, along, middle = np.cross(a - b, a + b), b - a, a + b
        length = np.sqrt((pole**2).sum())
        if length == 0:
            nearest = np.minimum(nearest, ends)
            continue
        half = np.sqrt((along**2).sum()) / 2
        beside = (np.abs(places @ along) <= 2 * half * half) & (places @ middle > 0)
        nearest = np.minimum(nearest, np.where(beside, np.abs(np.arcsin(places @ pole / length)), ends))
    return nearest


def sampled(area: list[float]) -> Vectors:
    """Places all along the edges of a polygon."""
    corners = vectors(area)
    places = (corners[:, None] * (1 - SAMPLES)[:, None] + np.roll(corners, -1, 0)[:, None] * SAMPLES[:, None]).reshape(
        -1, 3
    )
    return places / np.sqrt((places**2).sum(1))[:, None]


def crossing(one: list[float], other: list[float], near: float) -> bool:
    """Whether an edge of one crosses an edge of the other, each end of either well on its own side."""
    edges = [list(zip(v, np.roll(v, -1, 0), strict=True)) for v in map(vectors, (one, other))]
    return any(_cross(*first, *second, near) for first in edges[0] for second in edges[1])


def _cross(a: Any, b: Any, c: Any, d: Any, near: float) -> bool:
    n, m = np.cross(a - b, a + b), np.cross(c - d, c + d)
    lengths = [np.sqrt((pole**2).sum()) for pole in (n, m)]
    if 0 in lengths:
        return False
    sides = [n @ c / lengths[0], n @ d / lengths[0], m @ a / lengths[1], m @ b / lengths[1]]
    apart = min(map(abs, sides)) > near and sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0
    met = np.cross(n, m)
    return bool(apart and (met @ (a + b)) * (met @ (c + d)) > 0)


def contains(one: list[float], other: list[float], near: float) -> bool:
    return bool(held(one, sampled(other), near).all()) and not crossing(one, other, near)


def intersects(one: list[float], other: list[float], near: float) -> bool:
    met = held(one, sampled(other), near).any() or held(other, sampled(one), near).any()
    return bool(met) or crossing(one, other, near)


def right(question: Any, one: list[float], other: list[float]) -> bool | None:
    """What is right; None where it hangs on a few times `NEAR`."""
    answers = {question(one, other, near) for near in (NEAR / 5, NEAR * 5)}
    return answers.pop() if len(answers) == 1 else None
