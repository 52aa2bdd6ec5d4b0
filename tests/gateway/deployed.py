"""The test federation as it is deployed, all at once: the hub sorts by bytes, the Obs Portal by libc's en_US.UTF-8 and
OiDB by ICU, where the server can; JSDC is a hot standby; direct DSNs lead through PgBouncer, which lends sessions for
one source and transactions for two."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bouncer import SESSION, TRANSACTION, bounced
from filled import federated, filled
from standby import caught_up, done, standing_by

from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import Federation

SERVER = {"max_connections": 600}
QUIET = {"autovacuum": "off"}
"""ANALYZE is a transaction, which a standby replays as any other, and is another version there."""
IGNORING = {"ignore_startup_parameters": "extra_float_digits,jit,options,search_path"}


@dataclass(frozen=True)
class Deployed:
    """A federation, the primary of its JSDC, and the DSNs that lead straight to its sources."""

    federation: Federation
    primary: Cluster
    standby: Cluster
    direct: dict[str, str]

    async def write(self, text: str) -> None:
        """Execute a statement at JSDC's primary, as its owner; return when the standby shows it."""
        await done(self.primary.dsn("jsdc"), text)
        await caught_up(self.primary, self.standby)


@contextmanager
def deployed(originals: Path) -> Iterator[Deployed]:
    """Three clusters and two PgBouncers that run."""
    binaries = find_binaries()
    with (
        filled(binaries, originals, settings=SERVER) as hub,
        filled(binaries, originals, settings=SERVER | QUIET) as primary,
        standing_by(primary) as standby,
        bounced(hub, SESSION, **IGNORING) as sessions,
        bounced(hub, TRANSACTION, **IGNORING) as transactions,
    ):
        federation = federated(hub, {"jsdc": standby})
        readers = federation.readers
        direct = readers | {"obsportal": sessions.dsn(readers["obsportal"])}
        direct |= {name: transactions.dsn(readers[name]) for name in ("oidb", "spica")}
        yield Deployed(federation, primary, standby, direct)
