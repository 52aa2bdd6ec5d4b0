"""What a DSN says to the hub's foreign servers."""

import pytest

from hub.installation import source_variables
from planning.errors import BadInput
from schema.catalog import SOURCES

USUAL = dict.fromkeys(SOURCES, "postgresql://reader@db.example/records")


@pytest.mark.parametrize(
    ("dsn", "variables"),
    [
        ("postgresql://u@/db?host=/run/pg&port=5433", ("/run/pg", "5433", "db", "u", "")),
        ("postgresql://u:p%40s%2Fs@h:1/db", ("h", "1", "db", "u", "p@s/s")),
        ("postgresql://[::1]/db", ("::1", "5432", "db", "gateway_reader", "")),
        ("postgresql://:5433", ("/tmp", "5433", "oidb", "gateway_reader", "")),  # noqa: S108 - as libpq has it
    ],
)
def test_what_a_dsn_says(dsn: str, variables: tuple[str, ...]) -> None:
    told = source_variables(USUAL | {"oidb": dsn})
    assert tuple(told[f"oidb_{name}"] for name in ("host", "port", "dbname", "user", "password")) == variables


@pytest.mark.parametrize("dsn", ["nonsense", "postgresql://u:pa/ss@h/db", "postgresql://u:p%zz@h/db"])
def test_a_dsn_that_cannot_be_read_is_refused(dsn: str) -> None:
    with pytest.raises(BadInput, match="written as %40"):
        source_variables(USUAL | {"oidb": dsn})
