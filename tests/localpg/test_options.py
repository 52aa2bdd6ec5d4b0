from pathlib import Path

from localpg.options import server_options


def test_no_port_is_open_unless_asked() -> None:
    assert "listen_addresses=" in server_options(Path("/run/x"), 5432, tcp=False, settings={})
    assert "listen_addresses=127.0.0.1" in server_options(Path("/run/x"), 5432, tcp=True, settings={})


def test_settings_win() -> None:
    words = server_options(Path("/run/x"), 5432, tcp=False, settings={"fsync": "on", "max_connections": 300})
    assert {"fsync=on", "max_connections=300"} <= set(words)
    assert "fsync=off" not in words
