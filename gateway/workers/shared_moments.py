"""How often clients ask the workers together, in memory that all of them share: one rate for each, whichever answers.

Each client has a place by a digest of its name, which a key goes into that nobody knows: two with the same place, of
131 072, have one rate together. Two workers that count at the same time may count one request for two.
"""

import secrets
from hashlib import blake2b
from mmap import mmap

PLACES = 1 << 17


class SharedMoments:
    """The moment of each client, as `gateway.middleware.rate.Moments`; made before the processes that share it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._moments = memoryview(mmap(-1, 8 * PLACES)).cast("d")

    def get(self, client: str) -> float:
        """That of a client; 0 for one that has not asked."""
        return float(self._moments[self._place(client)])

    def put(self, client: str, moment: float) -> None:
        """Remember that of a client."""
        self._moments[self._place(client)] = moment

    def _place(self, client: str) -> int:
        return int.from_bytes(blake2b(client.encode(), key=self._key, digest_size=8).digest()) % PLACES
