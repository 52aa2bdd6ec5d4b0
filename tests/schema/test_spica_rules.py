"""The scheduler's rules, against a table of all cases written by hand."""

import astropy.units as u
import pytest
from astropy.io.votable.ucd import parse_ucd

from schema.spica_night import INTERVAL, LIMIT, LIMIT_NAMES, NIGHT, TWILIGHT
from schema.spica_rules import MODES, NOT_STARTED, PARTLY, RULES, SUFFICIENT, final_priority, progress
from schema.table import Table
from sky.limits import Limit

CASES = {
    (SUFFICIENT, 0, False): 1, (SUFFICIENT, 0, True): 1, (SUFFICIENT, 1, False): 1, (SUFFICIENT, 1, True): 2,
    (PARTLY, 0, False): 1, (PARTLY, 0, True): 1, (PARTLY, 1, False): 3, (PARTLY, 1, True): 3,
    (NOT_STARTED, 0, False): 2, (NOT_STARTED, 0, True): 2, (NOT_STARTED, 1, False): 4, (NOT_STARTED, 1, True): 4,
}  # fmt: skip
"""Flag, priority of the investigator, shared → final priority."""


@pytest.mark.parametrize(("case", "priority"), CASES.items())
def test_last_rule_that_matches_decides(case: tuple[int, int, bool], priority: int) -> None:
    flag, given, shared = case
    assert final_priority(flag, given, shared=shared) == priority


def test_shared_target_of_low_priority_is_not_lost_as_in_the_real_code() -> None:
    """There `progname2 == True` compares a name with True, so that rule 4 of 6 never matches."""
    assert final_priority(SUFFICIENT, 1, shared=True) == 2
    assert [rule.priority for rule in RULES if rule.shared] == [2]


@pytest.mark.parametrize(
    ("mode", "completion", "flag"),
    [
        ("DIA", 0, NOT_STARTED), ("DIA", 0.01, SUFFICIENT), ("DIA", 0.5, SUFFICIENT), ("DLD", 0, NOT_STARTED),
        ("DLD", 0.25, PARTLY), ("DLD", 0.5, SUFFICIENT), ("IMA", 0.1, PARTLY), ("IMA", 0.9, SUFFICIENT),
        ("TMP", 0.4999, PARTLY), ("TMP", 0.5, SUFFICIENT), ("SPI", 0, NOT_STARTED), ("SPI", 0.8, NOT_STARTED),
    ],
)  # fmt: skip
def test_progress(mode: str, completion: float, flag: int) -> None:
    assert progress(mode, completion) == flag


def test_modes_add_up() -> None:
    assert {name: mode.step for name, mode in MODES.items()} == {
        "DIA": 0.5,
        "DLD": 0.25,
        "IMA": 0.1,
        "TMP": 0.1,
        "SPI": 0.2,
    }


def test_limits_are_called_the_same_in_the_sky_and_in_graphql() -> None:
    assert [name for name, _ in LIMIT_NAMES.members.values()] == [limit.name for limit in Limit]


@pytest.mark.parametrize("table", [NIGHT, INTERVAL, LIMIT, TWILIGHT], ids=lambda table: table.name)
def test_columns_of_a_night_say_what_standards_know(table: Table) -> None:
    for column in table.columns:
        assert parse_ucd(column.ucd, check_controlled_vocabulary=True), column.name
        assert column.description
        assert not column.description.endswith(".")
        if column.unit:
            u.Unit(column.unit, format="vounit")
    assert len({column.graphql for column in table.columns}) == len(table.columns)
    assert len({column.sql for column in table.columns}) == len(table.columns)
