"""The collection of files that can be cut: those whose address in OiDB begins with one that the deployment names."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class Collection:
    """Files by their address.

    Parameters
    ----------
    address
        What `access_url` of their granules begins with, with a slash at the end.
    folder
        Where the same files lie on this machine, under the same paths; "" where they are read from the address.
    """

    address: str
    folder: str = ""

    def path_of(self, url: str | None) -> str | None:
        """The path of a file below the address, which is one for all addresses of a file.

        They differ in escapes (`%73ample`), in slashes and dots (`//`, `./`), in what follows `?` or `#`, and by links
        of the folder, on which it looks. None for a file of somewhere else, or none at all.
        """
        if not url or not url.startswith(self.address):
            return None
        told = unquote(re.split("[?#]", url.removeprefix(self.address), maxsplit=1)[0])
        parts = [part for part in told.split("/") if part not in ("", ".")]
        if not parts or "\0" in told or ".." in parts:
            return None
        path = "/".join(parts)
        return self._linked(path) if self.folder else path

    def _linked(self, path: str) -> str:
        """Where the links of the folder lead; a path that they lead out of it by stays as it is."""
        root = Path(os.path.realpath(self.folder))
        place = Path(os.path.realpath(root / path))
        return place.relative_to(root).as_posix() if place.is_relative_to(root) else path

    def address_of(self, path: str) -> str:
        """The address that a file is read from, by its path."""
        return self.address + quote(path)
