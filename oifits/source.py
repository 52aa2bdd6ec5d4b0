"""Where the bytes of a file come from: any of them can be read, in any order."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from oifits.errors import Malformed

ENDINGS = (".fits", ".oifits", ".fit")
"""What names of files end in, in small letters."""


class Source(Protocol):
    """Bytes by their places; `size` of them."""

    @property
    def size(self) -> int:
        """Bytes of the file."""

    def read(self, start: int, size: int) -> bytes:
        """Exactly `size` bytes from `start` on; raises `Malformed` where there are fewer."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of this machine, open until `close`."""

    descriptor: int
    size: int

    def read(self, start: int, size: int) -> bytes:
        """Exactly `size` bytes from `start` on; raises `Malformed` where there are fewer."""
        data = os.pread(self.descriptor, size, start)
        if len(data) != size:
            message = f"The file ends after {start + len(data)} bytes, where {start + size} are wanted"
            raise Malformed(message)
        return data

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)

    def __enter__(self) -> "LocalFile":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_file(path: Path) -> LocalFile:
    """Open a file of this machine; raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return LocalFile(descriptor, os.fstat(descriptor).st_size)


def files_of(folder: Path) -> list[Path]:
    """The files of a folder and those below it that are FITS by their names, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
