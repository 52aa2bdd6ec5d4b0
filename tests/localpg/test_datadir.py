import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from localpg import datadir
from localpg.account import Account
from localpg.binaries import Binaries, find_binaries
from localpg.datadir import DataDirectory
from localpg.errors import DataInUseError, DataVersionError, UnreachableError


@pytest.fixture
def held(place: Path, account: Account) -> Iterator[DataDirectory]:
    data = datadir.open_data_directory(place / "data", account)
    yield data
    data.lock.release()


@pytest.fixture
def wheel() -> Binaries:
    return find_binaries("wheel")


def test_is_held_by_one_launcher(held: DataDirectory, account: Account) -> None:
    with pytest.raises(DataInUseError, match=f"process {os.getpid()}") as refused:
        datadir.open_data_directory(held.path, account)
    assert refused.value.pid == os.getpid()


def test_a_directory_we_may_not_write_is_refused(account: Account) -> None:
    with pytest.raises(UnreachableError, match="another data directory"):
        datadir.open_data_directory(Path("/proc"), account)


@pytest.mark.parametrize("told", [None, "x\n"])
def test_what_is_no_cluster_is_left_alone(
    held: DataDirectory, wheel: Binaries, account: Account, told: str | None
) -> None:
    held.cluster.mkdir()
    if told:
        (held.cluster / "PG_VERSION").write_text(told)
    with pytest.raises(UnreachableError, match="another data directory"):
        held.prepare(wheel, account)
    assert held.cluster.exists()


def test_an_interrupted_initdb_is_begun_again(held: DataDirectory, wheel: Binaries, account: Account) -> None:
    draft = held.path / "cluster.draft"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    held.prepare(wheel, account)
    assert (held.cluster / "global" / "pg_control").exists()
    assert not draft.exists()


def test_another_major_is_refused(held: DataDirectory, wheel: Binaries, account: Account) -> None:
    held.cluster.mkdir()
    (held.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(DataVersionError) as refused:
        held.prepare(wheel, account)
    assert (refused.value.made_by, refused.value.major) == (12, 18)


def test_a_pid_given_to_a_stranger_does_not_block(held: DataDirectory, wheel: Binaries, account: Account) -> None:
    held.cluster.mkdir()
    (held.cluster / "PG_VERSION").write_text("18\n")
    (held.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    held.prepare(wheel, account)
    assert not (held.cluster / "postmaster.pid").exists()
