from pathlib import Path

from localpg.options import command_line


def test_no_port_is_open_unless_asked() -> None:
    assert "listen_addresses=" in command_line(Path("/run/x"), 5432, tcp=False, settings={})
    assert "listen_addresses=127.0.0.1" in command_line(Path("/run/x"), 5432, tcp=True, settings={})


def test_settings_win() -> None:
    words = command_line(Path("/run/x"), 5432, tcp=False, settings={"fsync": "on", "max_connections": 300})
    assert {"fsync=on", "max_connections=300"} <= set(words)
    assert "fsync=off" not in words
