"""CAST to geometries: of what is written out, and of what is one already."""

import pytest

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.errors import AdqlError


def sql(value: str) -> str:
    return compile_query(f"SELECT {value} FROM jsdc.star", DECLARED).text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CAST('12.3 45.6' AS POINT)", "POINT(12.3, 45.6)"),
        ("CAST('1 2 3' AS CIRCLE)", "CIRCLE(1, 2, 3)"),
        ("CAST('1.0 0.1 2.0 0.2 3.0 0.3' AS POLYGON)", "POLYGON(1.0, 0.1, 2.0, 0.2, 3.0, 0.3)"),
        ("CAST(POINT(raj2000, dej2000) AS POINT)", "POINT(raj2000, dej2000)"),
        ("AREA(CAST('1 2 3' AS CIRCLE))", "AREA(CIRCLE(1, 2, 3))"),
    ],
)
def test_a_geometry_written_out(written: str, meant: str) -> None:
    assert sql(written) == sql(meant)


@pytest.mark.parametrize(
    "wrong", ["CAST('1 2 3' AS POINT)", "CAST('1 2' AS CIRCLE)", "CAST(name AS POINT)", "CAST(POINT(1, 2) AS VARCHAR)"]
)
def test_what_is_no_such_geometry(wrong: str) -> None:
    with pytest.raises(AdqlError, match="CAST"):
        sql(wrong)
