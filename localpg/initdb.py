"""Creation of a cluster's files with initdb."""

from pathlib import Path

from localpg.account import Account
from localpg.errors import StartError

SUPERUSER = "postgres"
"""The role that initdb creates, and the one the gateway's set-up connects as."""


def initialise(bindir: Path, major: int, directory: Path, account: Account) -> None:
    """Create the cluster `directory`: UTF-8, byte order collation, no passwords, not flushed to disk.

    The C locale is the only one that minimal images have; from PostgreSQL 17 on, its built-in C.UTF-8 classifies
    letters beyond ASCII too.

    Raises
    ------
    StartError
        initdb failed; the message is its own output.
    """
    directory.mkdir(mode=0o700)
    account.adopt(directory)
    options = ("--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions")
    done = account.run(bindir / "initdb", "-D", directory, "-U", SUPERUSER, *options, *_locale(major))
    if done.returncode:
        raise StartError(f"initdb failed in {directory}:\n{done.stderr.strip()}")


def _locale(major: int) -> tuple[str, ...]:
    if major < 17:
        return ("--locale=C",)
    return ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
