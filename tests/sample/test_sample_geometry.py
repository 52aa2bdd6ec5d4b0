import json

import numpy as np
import pytest

from sample.geometry import hour_angle, night_time, project
from sample.records import rows

GRAVITY = [row for row in rows("exposures") if row["instrument_name"] == "GRAVITY" and row["exp_projected_baselines"]]


def test_baselines_of_real_exposures_are_those_of_their_headers() -> None:
    for row in GRAVITY:
        measured = json.loads(row["exp_projected_baselines"])
        mjd, ra, dec = (np.array([float(row[name])]) for name in ("exp_mjd_start", "target_ra", "target_dec"))
        seen = project("VLTI", row["interferometer_stations"].split(), mjd, ra, dec)
        for pair, length, angle in zip(seen.pairs, seen.length[0], seen.angle[0], strict=True):
            assert length == pytest.approx(measured[pair]["length"]["start"], abs=1.5)
            assert (angle - measured[pair]["angle"]["start"] + 90) % 180 - 90 == pytest.approx(0, abs=3)


def test_a_night_time_has_its_hour_angle() -> None:
    ra = np.array([10.0, 200.0, 359.0])
    wanted = np.array([-40.0, 0.0, 30.0])
    mjd = night_time("VLTI", np.full(3, 2015.0), ra, np.zeros(3), wanted)
    assert hour_angle("VLTI", mjd, ra) == pytest.approx(wanted, abs=0.01)
    local = (mjd + -70.4 / 360) % 1
    assert np.all((local < 0.25) | (local > 0.75))
