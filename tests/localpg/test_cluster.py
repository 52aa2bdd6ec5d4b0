import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localpg.binaries import Binaries, find_binaries
from localpg.cluster import Cluster
from localpg.errors import DataInUseError, StartError
from localpg.postmaster import is_running, recorded_pid

Sql = Callable[[Cluster, str], str]


def test_serves_and_leaves_nothing(binaries: Binaries, sql: Sql) -> None:
    with Cluster(binaries, settings={"max_connections": 37, "jit": "off"}) as cluster:
        assert sql(cluster, "SHOW server_version_num").startswith(str(binaries.major))
        assert sql(cluster, "SHOW max_connections") == "37"
        assert sql(cluster, "SHOW server_encoding") == "UTF8"
        sql(cluster, "CREATE EXTENSION postgres_fdw")
        sql(cluster, "CREATE EXTENSION cube")
        sql(cluster, f"CREATE EXTENSION IF NOT EXISTS {binaries.spatial}")
        assert cluster.address("db", "me") == {
            "host": str(cluster.socket_dir),
            "port": 5432,
            "user": "me",
            "database": "db",
        }
        left = cluster.socket_dir
    assert not left.exists()


def test_a_hostile_environment_does_not_matter(
    binaries: Binaries, place: Path, monkeypatch: pytest.MonkeyPatch, sql: Sql
) -> None:
    hostile = {"LC_ALL": "xx_YY.UTF-8", "LANG": "xx_YY", "PGHOST": "192.0.2.1", "PGPORT": "1", "PGDATA": "/nowhere"}
    for name, value in {**hostile, "TMPDIR": str(place / ("long" * 40))}.items():
        monkeypatch.setenv(name, value)
    with Cluster(binaries) as cluster:
        assert sql(cluster, "SELECT lower('É'), current_setting('timezone')").endswith("|UTC")


def test_data_given_a_directory_survive(binaries: Binaries, place: Path, sql: Sql) -> None:
    with Cluster(binaries, place / "data") as cluster:
        sql(cluster, "CREATE TABLE star AS SELECT 'Vega' AS name")
        with pytest.raises(DataInUseError, match=str(os.getpid())):
            Cluster(binaries, place / "data").start()
        assert sql(cluster, "SELECT name FROM star") == "Vega"
    with Cluster(binaries, place / "data") as cluster:
        assert sql(cluster, "SELECT name FROM star") == "Vega"


def test_comes_back_from_a_crash_at_the_same_address(binaries: Binaries, sql: Sql) -> None:
    with Cluster(binaries) as cluster:
        address = cluster.address()
        sql(cluster, "CREATE TABLE star AS SELECT 'Vega' AS name")
        sql(cluster, "CHECKPOINT")
        cluster.crash()
        with pytest.raises(AssertionError, match="No such file"):
            sql(cluster, "SELECT 1")
        cluster.start()
        assert cluster.address() == address
        assert sql(cluster, "SELECT name FROM star") == "Vega"


def test_one_falls_and_the_other_stands(sql: Sql) -> None:
    binaries = find_binaries("wheel")
    with Cluster(binaries) as hub, Cluster(binaries) as source:
        sql(source, "CREATE TABLE star AS SELECT 'Vega' AS name")
        sql(hub, "CREATE EXTENSION postgres_fdw")
        sql(
            hub,
            f"CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw "
            f"OPTIONS (host '{source.socket_dir}', port '{source.port}', dbname 'postgres');"
            "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (user 'postgres');CREATE FOREIGN TABLE star (name text) SERVER s",
        )
        assert sql(hub, "SELECT name FROM star") == "Vega"
        source.crash()
        with pytest.raises(AssertionError, match="could not connect to server"):
            sql(hub, "SELECT name FROM star")
        assert sql(hub, "SELECT 1") == "1"


def test_outlives_the_thread_that_started_it(sql: Sql) -> None:
    cluster = Cluster(find_binaries("wheel"))
    thread = threading.Thread(target=cluster.start)
    thread.start()
    thread.join()
    assert sql(cluster, "SELECT 1") == "1"
    cluster.stop()
    cluster.stop()


def test_its_watcher_goes_with_it(binaries: Binaries, place: Path) -> None:
    with Cluster(binaries, place / "data") as cluster:
        pid, log = recorded_pid(place / "data" / "cluster"), cluster.log
    assert (
        str(pid) not in subprocess.run(["ps", "-eo", "sid"], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not re.search("crash|terminat", log.read_text())


def test_starts_again_what_fell_by_itself(sql: Sql) -> None:
    with Cluster(find_binaries("wheel")) as cluster:
        pid = recorded_pid(cluster.log.parent / "cluster")
        assert pid
        assert cluster.start() is cluster
        assert recorded_pid(cluster.log.parent / "cluster") == pid
        os.kill(pid, signal.SIGQUIT)
        while is_running(pid):
            time.sleep(0.01)
        assert sql(cluster.start(), "SELECT 1") == "1"


def test_tcp_takes_another_port_when_the_free_one_is_taken(sql: Sql) -> None:
    cluster = Cluster(find_binaries("wheel"), tcp=True)
    with socket.create_server(("127.0.0.1", cluster.port)), cluster:
        with socket.create_connection(("127.0.0.1", cluster.port), timeout=5):
            pass
        assert sql(cluster, "SHOW listen_addresses") == "127.0.0.1"


def test_a_failed_start_says_why_and_leaves_nothing() -> None:
    cluster = Cluster(find_binaries("wheel"), settings={"max_connections": "many"})
    with pytest.raises(StartError, match='invalid value for parameter "max_connections": "many"'):
        cluster.start()
    with pytest.raises(StartError, match="before it is started"):
        cluster.dsn()
