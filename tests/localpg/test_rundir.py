from pathlib import Path

from localpg import rundir
from localpg.account import Account
from localpg.postmaster import is_running


def test_is_closed_short_and_removed(account: Account) -> None:
    with rundir.create_run_directory(account) as made:
        status = made.path.stat()
        assert (status.st_mode & 0o777, status.st_uid) == (0o700, account.uid)
        assert len(str(made.path / ".s.PGSQL.65535")) < 103
    assert not made.path.exists()


def test_sweep_removes_what_its_maker_left(account: Account) -> None:
    left = rundir.create_run_directory(account)
    left.lock.release()
    rundir.remove_abandoned(account)
    assert not left.path.exists()


def test_sweep_leaves_the_living(account: Account) -> None:
    with rundir.create_run_directory(account) as made:
        rundir.remove_abandoned(account)
        assert made.path.exists()


def test_sweep_leaves_what_is_not_marked(account: Account) -> None:
    with rundir.create_run_directory(account) as made:
        (made.path / "launcher").unlink()
        rundir.remove_abandoned(account)
        assert made.path.exists()


def test_sweep_ignores_a_dead_server(account: Account) -> None:
    left = rundir.create_run_directory(account)
    (left.path / ".s.PGSQL.5432.lock").write_text("1\n/data\n")
    assert not is_running(1)
    left.lock.release()
    rundir.remove_abandoned(account)
    assert not Path(left.path).exists()
