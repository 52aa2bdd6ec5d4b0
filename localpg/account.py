"""The account a server runs under: PostgreSQL refuses to be root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from localpg.errors import AccountError

_BORROWED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user the server's programs run as: root switches to `postgres` or `nobody`, anybody else stays who they are.

    Attributes
    ----------
    name : str
        Login name.
    uid : int
        Owner of the server's files.
    user, group : int | None
        What to switch to when spawning a process; None when there is nothing to switch.
    """

    name: str
    uid: int
    user: int | None = None
    group: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """No supplementary groups after a switch: root's would come along."""
        return None if self.user is None else []

    def run(self, *command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program to its end with `text` as standard input; its exit status is not checked.

        Raises
        ------
        OSError
            This account may not execute it.
        """
        return subprocess.run(  # noqa: S603 - our own commands, no shell
            [str(word) for word in command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environment(),
            user=self.user,
            group=self.group,
            extra_groups=self.groups,
        )

    def can_enter(self, directory: Path) -> bool:
        """Whether this account can change into `directory`; tried, since modes do not show access lists."""
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", directory).returncode == 0

    def adopt(self, path: Path) -> None:
        """Make this account the owner of `path`, which must be one that we have created."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def environment() -> dict[str, str]:
    """The environment without PG*, LC_* and LANG*, which would steer the server or name a locale not installed here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


def server_account() -> Account:
    """Choose the account that runs the server.

    Raises
    ------
    AccountError
        As root without `postgres` and `nobody`, as root forbidden to switch user, or as a uid without a name.
    """
    return _borrowed_account() if os.geteuid() == 0 else _own_account(os.geteuid())


def _own_account(uid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid)
    except KeyError:
        line = f"gateway:x:{uid}:{os.getegid()}::/:/bin/sh"
        raise AccountError(f"user id {uid} has no name, which initdb requires: add '{line}' to /etc/passwd") from None


def _borrowed_account() -> Account:
    account = next(filter(None, map(_named, _BORROWED)), None)
    if account is None:
        raise AccountError("PostgreSQL refuses to run as root and there is no other account: run: useradd postgres")
    try:
        account.run("/bin/sh", "-c", ":")
    except OSError as error:
        raise AccountError(
            f"PostgreSQL refuses to run as root and root may not become {account.name} here ({error.strerror}): "
            "run as an ordinary user"
        ) from error
    return account


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_uid, entry.pw_gid)
