"""STILTS, which TOPCAT is made of, as a command: a Java program, of the Debian package `stilts`."""

import subprocess

STILTS = ("stilts", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""What runs for a second is not worth being compiled well, nor several threads that collect its garbage."""


def run(*arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a task to its end."""
    return subprocess.run([*STILTS, *arguments], input=given, capture_output=True, timeout=60, check=False)


def stilts(*arguments: str, given: bytes | None = None) -> str:
    """Run a task; STILTS says 0 whatever it finds, so what it says counts."""
    told = run(*arguments, given=given)
    assert told.returncode == 0, told.stderr.decode()
    return (told.stdout + told.stderr).decode()
