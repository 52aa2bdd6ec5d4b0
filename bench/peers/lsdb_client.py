"""Read HATS collections with LSDB, and compare what it finds with numpy and astropy; run by LSDB's own interpreter.

`python lsdb_client.py FOLDER URL…`: the same collection as files of a folder and at some addresses. Writes JSON.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import astropy.units as u
import lsdb
import numpy as np
import pandas as pd
from astropy.coordinates import SkyCoord, search_around_sky
from hats.io.validation import is_valid_catalog

PLACES, RADIUS, MOST = 20_000, 1.0, 20
"""Places that are matched, arcseconds within which, and stars of each at most."""
CONE = (100.0, 20.0, 3600.0)
"""Right ascension, declination (degrees) and radius (arcseconds)."""
COLUMNS = ["Name", "Vmag", "LDD"]


@dataclass(frozen=True)
class Expected:
    """What is in the files, by brute force."""

    rows: int
    cone: set[str]
    places: pd.DataFrame
    pairs: set[tuple[int, str]]


@dataclass
class Reading:
    """How an address did."""

    url: str
    seconds: dict[str, float] = field(default_factory=dict)
    right: dict[str, bool] = field(default_factory=dict)

    def timed(self, what: str, question: Callable[[], Any]) -> Any:
        """The answer to a question, whose time is noted."""
        begin = time.perf_counter()
        answer = question()
        self.seconds[what] = time.perf_counter() - begin
        return answer


def expected(folder: str) -> Expected:
    """Read the files, and look for what is in the cone and near the places among all of them."""
    whole = lsdb.open_catalog(folder, columns=COLUMNS).compute()
    ra, dec = (whole[column].to_numpy(dtype=float) for column in ("RAJ2000", "DEJ2000"))
    name = whole["Name"].to_numpy(dtype=object)
    chance = np.random.default_rng(7)
    some = chance.choice(len(whole), min(PLACES, len(whole)), replace=False)
    near_ra, near_dec = (axis[some] + chance.normal(0, 1e-4, len(some)) for axis in (ra, dec))
    places = pd.DataFrame({"ra": near_ra % 360, "dec": np.clip(near_dec, -90, 90), "number": np.arange(len(some))})
    stars = SkyCoord(ra * u.deg, dec * u.deg)
    sought = SkyCoord(places["ra"].to_numpy() * u.deg, places["dec"].to_numpy() * u.deg)
    place, star, *_ = search_around_sky(sought, stars, RADIUS * u.arcsec)
    inside = stars.separation(SkyCoord(*CONE[:2], unit="deg")).arcsec <= CONE[2]
    return Expected(len(whole), set(name[inside]), places, set(zip(place.tolist(), name[star], strict=True)))


def read(url: str, wanted: Expected) -> Reading:
    """Ask an address."""
    reading = Reading(url)
    catalog = reading.timed("open", lambda: lsdb.open_catalog(url, columns=COLUMNS))
    search = lsdb.ConeSearch(*CONE)
    cone = reading.timed(
        "cone of 1 degree", lambda: lsdb.open_catalog(url, columns=COLUMNS, search_filter=search).compute()
    )
    reading.right["cone of 1 degree"] = set(cone["Name"]) == wanted.cone
    sent = lsdb.from_dataframe(wanted.places, partition_rows=len(wanted.places), margin_threshold=None)

    def matched() -> Any:
        return sent.crossmatch(
            catalog, n_neighbors=MOST, radius_arcsec=RADIUS, suffix_method="overlapping_columns"
        ).compute()

    pairs = reading.timed(f"cross-match of {len(wanted.places)}", matched)
    found = set(zip(pairs["number"].tolist(), pairs["Name"].tolist(), strict=True))
    reading.right[f"cross-match of {len(wanted.places)}"] = found == wanted.pairs
    return reading


def main(folder: str, urls: list[str]) -> None:
    """Ask each address the same questions; tell how long each took, and whether the answers are right."""
    warnings.simplefilter("ignore")
    wanted = expected(folder)
    read(folder, wanted)  # compiles what numba compiles
    readings = [vars(read(url, wanted)) for url in urls]
    told = {"rows": wanted.rows, "cone": len(wanted.cone), "pairs": len(wanted.pairs)}
    print(json.dumps(told | {"strict": is_valid_catalog(folder, strict=True), "readings": readings}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
