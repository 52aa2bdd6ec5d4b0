"""The collection of files that can be cut: those whose address in OiDB begins with one that the deployment names."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


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
        """The path of a file below the address; None for a file of somewhere else, or none at all."""
        if not url or not url.startswith(self.address):
            return None
        path = unquote(urlsplit("//x/" + url.removeprefix(self.address)).path).lstrip("/")
        return None if not path or "\0" in path or ".." in path.split("/") else path
