"""Cuts and mergers of small complete files: what must not be lost, and what must be numbered anew."""

from collections.abc import Callable
from pathlib import Path

import judged
import numpy as np
import pytest
import synthetic_oifits as synthetic
from astropy.io import fits

from oifits.errors import NothingLeft, OifitsError, Unsupported
from oifits.selection import Selection

BAND = ((2.09e-6, 2.21e-6),)
"""Channels 2 and 3 of WIDE's four, counted from 1."""


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.complete(tmp_path_factory.mktemp("oifits") / "complete.fits")


def matrix(hdus: fits.HDUList) -> dict[tuple[int, int], float]:
    (corr,) = judged.tables(hdus, "OI_CORR")
    return {(int(row["IINDX"]), int(row["JINDX"])): float(row["CORR"]) for row in corr.data}


def elements(hdus: fits.HDUList, name: str, values: str) -> dict[bytes, int]:
    """Elements of the matrix by the value that they are of, which is no other's."""
    found = {}
    for hdu in judged.tables(hdus, name):
        if f"CORRINDX_{values}" in hdu.columns.names:
            for begin, cells in zip(hdu.data[f"CORRINDX_{values}"], hdu.data[values], strict=True):
                found |= {
                    np.float64(cell).tobytes(): int(begin) + place for place, cell in enumerate(np.atleast_1d(cells))
                }
    return found


@pytest.mark.parametrize(
    "selection",
    [
        Selection(targets=("ALF_CEN",)), Selection(insnames=("fine",)), Selection(insnames=("TESTER",)), Selection(times=((59000.105, 59000.2),)),
        Selection(baselines=(("A0", "B2"), ("B2", "C1"), ("A0", "C1"))),
    ],
)  # fmt: skip
def test_rows_are_those_that_are_wanted(complete: Path, selection: Selection) -> None:
    with judged.opened(judged.cut_bytes([complete], selection)) as after, fits.open(complete) as before:
        after.verify("exception")
        stars = {row["TARGET_ID"] for hdu in judged.data_tables(after) for row in hdu.data}
        assert stars == {row["TARGET_ID"] for row in judged.tables(after, "OI_TARGET")[0].data}
        assert {hdu.header["INSNAME"] for hdu in judged.data_tables(after)} == {
            hdu.header["INSNAME"] for hdu in judged.tables(after, "OI_WAVELENGTH")
        }
        if selection.targets:
            assert [row["TARGET"] for row in judged.tables(after, "OI_TARGET")[0].data] == ["alf Cen"]
            assert after[0].header["OBJECT"] == "alf Cen"
        if selection.baselines:
            assert {tuple(row) for hdu in judged.tables(after, "OI_T3") for row in hdu.data["STA_INDEX"]} == {(1, 2, 3)}
            assert {tuple(row) for hdu in judged.tables(after, "OI_VIS") for row in hdu.data["STA_INDEX"]} == {
                (1, 2),
                (1, 3),
                (2, 3),
            }
        assert after[0].header["ESO INS MODE LONG"] == before[0].header["ESO INS MODE LONG"]
        assert ["".join(word) for word in after["NOTES"].data["WORD"]] == [
            "".join(word) for word in before["NOTES"].data["WORD"]
        ]
        assert np.array_equal(after["IMAGE-OI"].data, before["IMAGE-OI"].data)


def test_lengths_are_of_all_sides(complete: Path) -> None:
    with (
        judged.opened(judged.cut_bytes([complete], Selection(lengths=((20.0, 90.0),)))) as after,
        fits.open(complete) as before,
    ):
        for hdus, inside in ((after, True), (before, False)):
            lengths = [np.hypot(hdu.data["UCOORD"], hdu.data["VCOORD"]) for hdu in judged.tables(hdus, "OI_VIS2")]
            assert np.all([np.all((one >= 20) & (one <= 90)) for one in lengths]) == inside
        for hdu in judged.tables(after, "OI_T3"):
            third = np.hypot(hdu.data["U1COORD"] + hdu.data["U2COORD"], hdu.data["V1COORD"] + hdu.data["V2COORD"])
            assert np.all((third >= 20) & (third <= 90))


def test_channels_go_through_every_column(complete: Path) -> None:
    """VISREFMAP on both axes with its TDIM, private VISDATA, and not the three coordinates of E_U."""
    chosen = np.array([False, True, True, False])
    with (
        judged.opened(judged.cut_bytes([complete], Selection(insnames=("WIDE",), bands=BAND))) as after,
        fits.open(complete) as before,
    ):
        (wide,), (made,) = (
            [hdu for hdu in judged.tables(one, "OI_VIS") if hdu.header["INSNAME"] == "WIDE"] for one in (before, after)
        )
        for name in ("VISAMP", "VISDATA", "FLAG", "VISREFMAP"):
            assert judged.bytes_of(made, name, slice(None)) == judged.bytes_of(wide, name, slice(None), chosen), name
        assert made.data["VISREFMAP"].shape == (12, 2, 2)
        assert made.data["E_U"].shape == (12, 3)
        (jones,) = judged.tables(after, "OI_INSPOL")
        assert jones.data["JXX"].shape == (2, 2)
        assert list(judged.tables(after, "OI_WAVELENGTH")[0].data["EFF_WAVE"]) == list(
            np.float32(synthetic.GRIDS["WIDE"])[chosen]
        )


@pytest.mark.parametrize(
    "selection",
    [
        Selection(insnames=("WIDE",), bands=BAND),
        Selection(insnames=("WIDE",), targets=("bet Pic",)),
        Selection(times=((0, 59000.105),)),
    ],
)
def test_correlations_stay_with_their_points(complete: Path, selection: Selection) -> None:
    """Each pair that is left has the value that it had, told by the points that it is of; none that has both ends is lost."""
    with fits.open(complete) as before, judged.opened(judged.cut_bytes([complete], selection)) as after:
        old, new = matrix(before), matrix(after)
        points = elements(before, "OI_VIS2", "VIS2DATA") | elements(before, "OI_T3", "T3PHI")
        left = elements(after, "OI_VIS2", "VIS2DATA") | elements(after, "OI_T3", "T3PHI")
        same = {points[value]: number for value, number in left.items()}
        assert new == {(same[i], same[j]): value for (i, j), value in old.items() if i in same and j in same}
        assert sorted(left.values()) == list(range(1, len(left) + 1))
        assert judged.tables(after, "OI_CORR")[0].header["NDATA"] == len(left)


def test_a_matrix_without_pairs_goes_with_all_that_points_to_it(complete: Path) -> None:
    one = Selection(insnames=("WIDE",), targets=("alf Cen",), baselines=(("A0", "B2"),), bands=((2.0e-6, 2.001e-6),))
    with judged.opened(judged.cut_bytes([complete], one)) as after:
        after.verify("exception")
        assert not judged.tables(after, "OI_CORR")
        for hdu in judged.data_tables(after):
            assert "CORRNAME" not in hdu.header
            assert not [name for name in hdu.columns.names if name.startswith("CORRINDX")]
        assert judged.tables(after, "OI_VIS2")[0].data["VIS2DATA"].shape == (1,)


def test_provenance_is_told(complete: Path) -> None:
    with judged.opened(judged.cut_bytes([complete], Selection(targets=("alf Cen",), bands=BAND))) as after:
        header = after[0].header
        assert header["JMMC CUT SOURCE1"] == "complete.fits"
        assert [header["JMMC CUT PARAM1"], header["JMMC CUT PARAM2"]] == ["TARGET alf Cen", "BAND 2.09e-06 2.21e-06"]
        assert "complete.fits" in "".join(header["HISTORY"])


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        (Selection(targets=("Vega",)), "No target of the file is Vega: there are alf Cen, bet Pic"),
        (Selection(insnames=("MIDI",)), "INSNAME MIDI is none of the file's: FINE, WIDE"), (Selection(times=((0, 1),)), "No measurement"),
        (Selection(bands=((1, 2),)), "No measurement"), (Selection(baselines=(("A0", "U4"),)), "No measurement"),
    ],
)  # fmt: skip
def test_nothing_is_no_file(complete: Path, selection: Selection, named: str) -> None:
    with pytest.raises(NothingLeft, match=named):
        judged.cut_bytes([complete], selection)


def test_all_of_a_file_is_all_of_it(complete: Path) -> None:
    with judged.opened(judged.cut_bytes([complete], Selection())) as after, fits.open(complete) as before:
        assert [hdu.name for hdu in after] == [hdu.name for hdu in before]
        for made, hdu in zip(after[1:], before[1:], strict=True):
            assert raw(made) == raw(hdu)


def raw(hdu: fits.hdu.base.ExtensionHDU) -> bytes:
    """The bytes of the data of a unit."""
    return bytes(hdu._get_raw_data(hdu._data_size, "u1", hdu._data_offset))  # noqa: SLF001


def other(path: Path, **primary: str) -> Path:
    """A file of one star of the first file and one of its own, whose WIDE has other wavelengths and whose stations other numbers."""
    stars = (("bet_Pic", 86.8201, -51.0701), ("Vega", 279.23, 38.78))
    grid = synthetic.GRIDS["WIDE"] + 1e-7
    head = fits.PrimaryHDU()
    for keyword, value in (
        {"CONTENT": "OIFITS2", "OBJECT": "MULTI", "INSTRUME": "OTHER", "TELESCOP": "VLTI"} | primary
    ).items():
        head.header[keyword] = value
    stations = synthetic.array(stations={1: "U1", 2: "U2", 3: "U3", 4: "U4"})
    size = 16 * len(grid)
    units = [
        head, synthetic.targets(stars, width=20), stations, synthetic.wavelengths("WIDE", grid), synthetic.wavelengths("FINE", synthetic.GRIDS["FINE"]),
        *synthetic.measured("WIDE", corrname="OWN", seed=7), *synthetic.measured("FINE", seed=8), synthetic.correlations("OWN", size, 6),
        synthetic.polarisation(["WIDE", "FINE"][:1], len(grid), width=4),
    ]  # fmt: skip
    fits.HDUList(units).writeto(path)
    return path


def test_files_become_one(complete: Path, tmp_path: Path) -> None:
    second = other(tmp_path / "other.fits")
    with (
        judged.opened(judged.cut_bytes([complete, second], Selection())) as after,
        fits.open(complete) as one,
        fits.open(second) as two,
    ):
        after.verify("exception")
        stars = {row["TARGET_ID"]: row["TARGET"] for row in judged.tables(after, "OI_TARGET")[0].data}
        assert stars == {1: "alf Cen", 2: "bet Pic", 3: "Vega"}
        grids = {hdu.header["INSNAME"]: hdu.data["EFF_WAVE"][0] for hdu in judged.tables(after, "OI_WAVELENGTH")}
        assert set(grids) == {"WIDE", "FINE", "WI_2"}  # as long as OI_INSPOL has room for
        stations = {hdu.header["ARRNAME"]: hdu.data["STA_NAME"][0] for hdu in judged.tables(after, "OI_ARRAY")}
        assert stations == {"VLTI": "A0", "VLTI_2": "U1"}
        assert {hdu.header["CORRNAME"] for hdu in judged.tables(after, "OI_CORR")} == {"OWN", "OWN_2"}
        merged = [hdu for hdu in judged.tables(after, "OI_VIS2") if hdu.header["INSNAME"] == "WI_2"]
        assert [(hdu.header["ARRNAME"], hdu.header["CORRNAME"]) for hdu in merged] == [("VLTI_2", "OWN_2")]
        assert sorted(set(merged[0].data["TARGET_ID"])) == [2, 3]
        assert judged.bytes_of(merged[0], "VIS2DATA", slice(None)) == judged.bytes_of(
            judged.tables(two, "OI_VIS2")[0], "VIS2DATA", slice(None)
        )
        assert {name for hdu in judged.tables(after, "OI_INSPOL") for name in hdu.data["INSNAME"]} == {"WIDE", "WI_2"}
        numbers = [(hdu.name, hdu.ver) for hdu in after[1:]]
        assert len(numbers) == len(set(numbers))
        assert after[0].header["INSTRUME"] == "MULTI"
        assert after["PRIMARY", 1].header["CONTENT"] == "OIFITS2"
        assert [hdu.header.get("INSTRUME") for hdu in after if hdu.name == "PRIMARY"] == ["MULTI", "OTHER"]
        assert sum(len(hdu.data) for hdu in judged.data_tables(after)) == sum(
            len(hdu.data) for many in (one, two) for hdu in judged.data_tables(many)
        )


def test_the_same_twice_shares_what_describes_it(complete: Path) -> None:
    with judged.opened(judged.cut_bytes([complete, complete], Selection(insnames=("WIDE",)))) as after:
        assert len(judged.tables(after, "OI_WAVELENGTH")) == len(judged.tables(after, "OI_ARRAY")) == 1
        assert len(judged.tables(after, "OI_TARGET")[0].data) == 2
        assert len(judged.tables(after, "OI_VIS2")) == 2


def old(path: Path, **changed: float) -> Path:
    """A file of OIFITS 1, of a star of the complete file: its tables are without what OIFITS 2 has added."""
    vis, vis2, t3, _ = synthetic.measured("WIDE", stars=1, seed=11)
    stations = synthetic.array(name="OLD")
    grid = synthetic.wavelengths("WIDE", synthetic.GRIDS["WIDE"] + 2e-7)
    stars = synthetic.targets((("bet_Pic", 86.8201, -51.0701),))
    stars = fits.BinTableHDU(stars.data, stars.header, name="OI_TARGET")
    stations.columns.del_col("FOV")
    stations.columns.del_col("FOVTYPE")
    vis.columns.del_col("VISREFMAP")
    units = [stars, stations, grid, vis, vis2, t3]
    for unit in units:
        unit.header["OI_REVN"] = 1
        if "INSNAME" in unit.header and "ARRNAME" in unit.header:
            unit.header["ARRNAME"] = "OLD"
            unit.data["TIME"] = (unit.data["MJD"] - synthetic.MJD) * 86_400
            unit.data["MJD"] += changed.get(unit.name, 0.0)
    fits.HDUList([fits.PrimaryHDU(), *units]).writeto(path)
    return path


def test_oifits_1_becomes_oifits_2_where_both_are_merged(complete: Path, tmp_path: Path) -> None:
    first = old(tmp_path / "old.fits")
    with judged.opened(judged.cut_bytes([first, complete], Selection())) as after, fits.open(first) as before:
        after.verify("exception")
        assert (after[0].header["CONTENT"], after[0].header["JMMC CUT UPGRADED1"]) == ("OIFITS2", "SOURCE1")
        assert "were OIFITS 1 and are OIFITS 2 now" in "".join(after[0].header["HISTORY"])
        wanted = {"OI_FLUX": 1, "OI_CORR": 1, "OI_INSPOL": 1}
        assert all(hdu.header["OI_REVN"] == wanted.get(hdu.name, 2) for hdu in after if hdu.name.startswith("OI_"))
        stations = {hdu.header["ARRNAME"]: hdu for hdu in judged.tables(after, "OI_ARRAY")}["OLD"]
        assert np.isnan(stations.data["FOV"]).all()
        assert set(stations.data["FOVTYPE"]) == {"FWHM"}
        assert stations.columns["FOV"].unit == "arcsec"
        for made in judged.data_tables(after):
            if made.header["ARRNAME"] != "OLD":
                assert "JMMC CUT OI_REVN" not in made.header
                continue
            assert made.header["JMMC CUT OI_REVN"] == 1
            (source,) = judged.tables(before, made.name)
            assert not made.data["TIME"].any()
            assert source.data["TIME"].all()
            for name in set(source.columns.names) - {"TIME", "TARGET_ID"}:
                assert judged.bytes_of(made, name, slice(None)) == judged.bytes_of(source, name, slice(None)), name


def test_oifits_1_whose_time_is_not_in_mjd_is_refused(complete: Path, tmp_path: Path) -> None:
    """As NPOI's are: without TIME nobody would know when it was."""
    npoi = old(tmp_path / "npoi.fits", OI_T3=-0.1)
    with pytest.raises(Unsupported, match="OI_T3 has its times in TIME and not in MJD"):
        judged.cut_bytes([complete, npoi], Selection())
    assert judged.cut_bytes([npoi, npoi], Selection())


def test_oifits_1_with_tables_of_its_own_is_refused(complete: Path, tmp_path: Path) -> None:
    flux = other(tmp_path / "flux.fits", CONTENT="none")
    with pytest.raises(Unsupported, match="OI_FLUX, which is no table of OIFITS 1"):
        judged.cut_bytes([complete, flux], Selection())


def broken(path: Path, name: str, change: Callable[[fits.BinTableHDU], None]) -> Path:
    """A file of which the first table of a name is changed."""
    with fits.open(synthetic.complete(path, notes=False), mode="update", memmap=False) as hdus:
        change(next(hdu for hdu in hdus if hdu.name == name))
    return path


def test_what_points_past_a_matrix_is_refused(tmp_path: Path) -> None:
    def point(hdu: fits.BinTableHDU) -> None:
        hdu.data["CORRINDX_VIS2DATA"][0] = 63

    path = broken(tmp_path / "past.fits", "OI_VIS2", point)
    with pytest.raises(OifitsError, match="OI_VIS2 points to element 66 of a correlation matrix of 64"):
        judged.cut_bytes([path], Selection(targets=("alf Cen",)))


def test_columns_of_another_length_than_the_wavelengths_are_refused(tmp_path: Path) -> None:
    def shorten(hdu: fits.BinTableHDU) -> None:
        hdu.data = hdu.data[:3]

    path = broken(tmp_path / "short.fits", "OI_WAVELENGTH", shorten)
    with pytest.raises(OifitsError, match="VISAMP has 4 values where OI_WAVELENGTH has 3 rows"):
        judged.cut_bytes([path], Selection(insnames=("WIDE",), bands=((2.0e-6, 2.01e-6),)))
