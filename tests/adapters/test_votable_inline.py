from math import inf, nan

from adapters.votable.inline import tabledata_rows


def test_cells_are_spelt_as_votable_has_them() -> None:
    assert tabledata_rows([(None, True, False, 1.5, 7, "a<b")]) == (
        b"<TR><TD/><TD>T</TD><TD>F</TD><TD>1.5</TD><TD>7</TD><TD>a&lt;b</TD></TR>\n"
    )
    assert tabledata_rows([(inf, -inf, nan)]) == b"<TR><TD>+Inf</TD><TD>-Inf</TD><TD/></TR>\n"
