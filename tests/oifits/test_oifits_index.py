"""The index of small files, the command that keeps it, and what it says beside OiDB."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
import synthetic_oifits as synthetic
from astropy.io import fits

from gateway.commands.index_oifits import index_oifits
from oifits.comparison import differences
from oifits.granule import FileIndex
from oifits.index import index_file
from oifits.names import longitude
from oifits.source import open_file
from oifits.times import exposure, mjd_of_date, nights, overlong


def indexed(path: Path, **places: tuple[float, float]) -> FileIndex:
    with open_file(path) as source:
        return index_file(source, places)


def test_granules_of_a_complete_file(tmp_path: Path) -> None:
    index = indexed(synthetic.complete(tmp_path / "a.fits"))
    assert [(one.target_name, one.insname) for one in index.granules] == [
        ("alf Cen", "WIDE"), ("bet Pic", "WIDE"), ("alf Cen", "FINE"), ("bet Pic", "FINE"),
    ]  # fmt: skip
    one = index.granules[0]
    assert (one.nb_vis, one.nb_vis2, one.nb_t3, one.nb_flux, one.nb_channels) == (6, 6, 2, 2, 4)
    assert one.n_points == 16 * 4 > one.n_good
    assert one.t_exptime == pytest.approx(60.0, abs=1e-4)
    assert one.stations == ("A0", "B2", "C1", "J2")
    assert (one.category, one.facility_name, one.instrument_name) == ("SCI", "VLTI", "TESTER")
    assert index.problems == ()


def test_nights_begin_at_noon_of_the_place() -> None:
    """VLTI: noon is at 16.7 h UT; CHARA: 19.9 h; Sydney: 2.0 h."""
    times = np.array([59000.69, 59000.70])
    assert list(nights(times, -70.4)) == [58999, 59000]
    assert list(nights(times, -118.06)) == [58999, 58999]
    assert list(nights(times, 149.5)) == [59000, 59000]
    assert longitude("CHARA_v1", "", (0.0, 0.0)) == pytest.approx(-118.06, abs=0.01)
    assert longitude("nowhere", "", (0.0, 0.0)) is None
    assert longitude("VLTI", "", (1951952.0, -5483173.0)) == pytest.approx(-70.405, abs=0.01)


def test_exposures() -> None:
    middle, day = np.array([0.0, 0.0, 50, 100, 1000]), 86_400
    assert exposure(59000 + middle / day, np.array([60.0, 40, 60, 10, 5])) == pytest.approx(125.0, abs=1e-4)
    assert list(overlong(np.array([1.0, 2.0, 1.5]), np.array([86_401.0, 9e9, 9e9]), np.array([1, 1, 2]))) == [
        True,
        False,
        False,
    ]
    assert mjd_of_date("yesterday") is None


def test_right_ascensions_in_hours_are_found_by_their_star(tmp_path: Path) -> None:
    path = synthetic.complete(tmp_path / "hours.fits", notes=False)
    with fits.open(path, mode="update") as hdus:
        hdus["OI_TARGET"].data["RAEP0"] /= 15
    index = indexed(path, **{"alf Cen": (219.9, -60.83), "bet Pic": (10.0, -51.07)})
    assert index.granules[0].s_ra == pytest.approx(219.9)
    assert "RAEP0 of alf Cen is in hours" in index.problems[0]
    assert "bet Pic is at" in index.problems[1]


def test_times_that_cannot_be_are_told(tmp_path: Path) -> None:
    path = synthetic.complete(tmp_path / "times.fits", notes=False)
    with fits.open(path, mode="update") as hdus:
        vis2 = next(hdu for hdu in hdus if hdu.name == "OI_VIS2").data
        vis2["MJD"] += 2_400_000.5
        flux = next(hdu for hdu in hdus if hdu.name == "OI_FLUX").data
        flux["MJD"][0] = np.nan
        t3 = next(hdu for hdu in hdus if hdu.name == "OI_T3").data
        t3["TIME"] = 86_400 - 5
    index = indexed(path)
    told = " | ".join(index.problems)
    assert "OI_VIS2: MJD is a Julian date" in told
    assert "OI_FLUX: MJD is no time in some rows" in told
    assert "OI_T3: TIME is 86395 to 86395 s, which is not the time of day of MJD" in told
    assert index.granules[0].middle_max == pytest.approx(59000.1)
    assert index.granules[0].nb_flux == 1


def test_the_command_reads_what_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, index, table = tmp_path / "files", tmp_path / "index.jsonl", tmp_path / "table.csv"
    (folder / "2020").mkdir(parents=True)
    synthetic.complete(folder / "2020" / "a.fits")
    assert index_oifits(folder, index, None, table) == 0
    assert capsys.readouterr().out == "1 files, 1 of them read now: 4 granules\n"
    (folder / "page.oifits").write_text("<html>" * 1000)
    assert index_oifits(folder, index, None, table) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2 files, 1 of them read now: 4 granules", "page.oifits: This is no FITS file: it does not begin with SIMPLE",
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert [(row["file"], row["target_name"], row["stations"]) for row in rows[:1]] == [
        ("2020/a.fits", "alf Cen", "A0 B2 C1 J2")
    ]
    (folder / "page.oifits").unlink()
    assert index_oifits(folder, index, None, None) == 0
    assert capsys.readouterr().out == "1 files, 0 of them read now: 4 granules\n"


def test_differences_from_oidb_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    granule = indexed(synthetic.complete(folder / "a.fits")).granules[0]
    their = {
        "target_name": "alf_Cen", "instrument_name": "WIDE", "t_min": str(granule.middle_min), "t_max": str(granule.middle_max), "nb_vis": "6",
        "nb_vis2": "7", "t_exptime": "0.5", "facility_name": "VLTI", "s_ra": "219.9", "s_dec": "-60.83", "em_min": "2.0e-6", "file": "a.fits",
    }  # fmt: skip
    found = {one.column: one.known for one in differences(granule, their)}
    assert found == {
        "nb_vis2": False,
        "t_exptime": True,
        "t_min": True,
        "t_max": True,
        "em_min": True,
        "instrument_name": True,
    }
    oidb = tmp_path / "oidb.csv"
    with oidb.open("w", newline="") as text:
        writer = csv.DictWriter(text, list(their))
        writer.writeheader()
        writer.writerows([their, their | {"target_name": "Vega"}])
    index_oifits(folder, tmp_path / "index.jsonl", oidb, None)
    told = capsys.readouterr().out
    assert "alf Cen WIDE 58999: nb_vis2 6 | 7: not explained" in told
    assert "t_exptime 60.0" in told
    assert "bet Pic WIDE 58999: OiDB has no such granule" in told
    assert "Vega WIDE: OiDB's alone" in told
