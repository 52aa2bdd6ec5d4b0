"""Files that are none, lie about their sizes or end too early: refused by name, and without the memory that they ask for."""

import re
import tracemalloc
from pathlib import Path

import judged
import pytest
import synthetic_oifits as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from oifits.cut import cut
from oifits.errors import Malformed, OifitsError
from oifits.index import index_file
from oifits.output import written
from oifits.parts import part_of
from oifits.selection import Selection
from oifits.source import open_file

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.complete(tmp_path_factory.mktemp("oifits") / "complete.fits")


def refused(path: Path, content: bytes) -> str:
    """What is said of a file, of which little is kept in memory."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(OifitsError) as said, open_file(path) as source:
            index_file(source)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()
    return str(said.value)


def changed(content: bytes, name: str, keyword: str, value: str) -> bytes:
    """The file with another value of a keyword in the header of a table."""
    begin = content.rindex(b"XTENSION=", 0, re.search(rf"EXTNAME = '{name}\b".encode(), content).start())
    place = content.index(keyword.encode().ljust(8), begin)
    return content[: place + 10] + value.rjust(20).encode() + content[place + 30 :]


@pytest.mark.parametrize(
    ("name", "keyword", "value", "said"),
    [
        ("OI_VIS2", "NAXIS2", "99999999999", "OI_VIS2 has .* bytes of data, but the file ends"),
        ("OI_VIS2", "NAXIS1", "12", "NAXIS1 is 12, but its columns have"), ("OI_VIS2", "NAXIS1", "999999999999", "are read at most"),
        ("OI_VIS2", "NAXIS2", "-5", "NAXIS2 is -5"), ("OI_VIS2", "PCOUNT", "99999999999999999999", "bytes of data"),
        ("OI_VIS2", "TFIELDS", "5000", "999 of"), ("OI_VIS2", "TFIELDS", "'four'", "TFIELDS is 'four'"), ("OI_VIS2", "TFORM1", "'9Z'", "TFORM1 is '9Z'"),
        ("OI_VIS2", "TFORM1", "'999999999D'", "NAXIS1 is"), ("OI_VIS2", "NAXIS2", "1.5", "NAXIS2 is 1.5"),
    ],
)  # fmt: skip
def test_sizes_that_lie_are_refused(  # noqa: PLR0917 - where, what and why
    complete: Path, tmp_path: Path, name: str, keyword: str, value: str, said: str
) -> None:
    message = refused(tmp_path / "lie.fits", changed(complete.read_bytes(), name, keyword, value))
    assert re.search(said, message), message


@pytest.mark.parametrize("size", [0, 10, 2879, 5000, 12_000, 45_000])
def test_files_that_end_early_are_refused(complete: Path, tmp_path: Path, size: int) -> None:
    message = refused(tmp_path / "short.fits", complete.read_bytes()[:size])
    assert "ends" in message or "no FITS file" in message


def test_what_is_no_fits_is_refused(tmp_path: Path) -> None:
    assert "no FITS file" in refused(tmp_path / "page.fits", b"<html>" * 1000)
    assert "has no END" in refused(tmp_path / "endless.fits", b"SIMPLE  =".ljust(80) + b" " * (4 * MEGABYTE))


def test_a_matrix_of_any_size_is_refused(complete: Path, tmp_path: Path) -> None:
    path = tmp_path / "matrix.fits"
    path.write_bytes(changed(complete.read_bytes(), "OI_CORR", "NDATA", "2000000000"))
    with pytest.raises(Malformed, match="NDATA is 2000000000"), open_file(path) as source:
        cut([part_of(source, Selection(targets=("alf Cen",)))], b"")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bytes_that_are_changed_are_read_or_refused(
    complete: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever stands in a file: an answer or an `OifitsError`, nothing else."""
    content = bytearray(complete.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.sampled_from(b" 0123456789-'.ADEIJLTXP\xff\x00")
        )
    path = tmp_path_factory.getbasetemp() / "changed.fits"
    path.write_bytes(content)
    with open_file(path) as source:
        try:
            index_file(source)
            for _ in written(cut([part_of(source, Selection(targets=("alf Cen",), bands=((2.09e-6, 2.21e-6),)))], b"")):
                pass
        except OifitsError:
            pass


def test_memory_is_that_of_a_block(tmp_path: Path) -> None:
    """A file of 80 MB, of which half is wanted."""
    path = synthetic.long(tmp_path / "long.fits", 80 * MEGABYTE)
    tracemalloc.start()
    try:
        with open_file(path) as source:
            size = sum(map(len, written(cut([part_of(source, Selection(targets=("alf Cen",)))], b""))))
        assert size > 30 * MEGABYTE
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()
    with open_file(path) as source:
        assert [granule.target_name for granule in index_file(source).granules] == ["alf Cen", "bet Pic"]


def test_sums_are_those_of_the_standard(complete: Path) -> None:
    with judged.opened(judged.cut_bytes([complete], Selection(targets=("alf Cen",)))) as after:
        assert all(hdu.header["CHECKSUM"] and hdu.header["DATASUM"] for hdu in after)
