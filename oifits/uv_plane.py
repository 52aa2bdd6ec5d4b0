"""Points of the uv plane: how many there are, and how they lie."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CELLS = 1000**2
"""Of the uv plane, of which `uv_distribution_fill` is the mean number of points (ObsCore's radio extension)."""
SAME = 0.01
"""Metres of the grid on which two points are one: OI_VIS, OI_VIS2 and OI_T3 repeat each other's, rounded otherwise."""


def distinct_points(u: Floats, v: Floats) -> Floats:
    """Different points, of shape (points, 2): a point and its conjugate are one; 0, 0 and NaN are none.

    Parameters
    ----------
    u, v
        East and north, metres, of any one shape.
    """
    points = np.stack([u.ravel(), v.ravel()], axis=1)
    points = points[np.isfinite(points).all(axis=1) & points.any(axis=1)]
    lower = (points[:, 1] < 0) | ((points[:, 1] == 0) & (points[:, 0] < 0))
    points[lower] *= -1
    if not len(points):
        return points
    _, first = np.unique(np.rint(points / SAME).astype(np.int64), axis=0, return_index=True)
    return points[first]


def eccentricity(points: Floats) -> float | None:
    """√(1 − b²/a²) of the extents a and b along the principal axes, conjugates included; None for no point.

    It is 1 where all points are on a line, as those of one baseline at one time are, and 0 where they reach as far.
    """
    if not len(points):
        return None
    _, axes = np.linalg.eigh(points.T @ points)
    extents = np.abs(points @ axes).max(axis=0)
    return float(np.sqrt(1 - (extents.min() / extents.max()) ** 2))


def filling(points: Floats) -> float | None:
    """Points for each of the cells of the uv plane; None for no point."""
    return len(points) / CELLS if len(points) else None
