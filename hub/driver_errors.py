"""What the driver raises, and which of it says that a connection is gone."""

import asyncpg

CONNECTION = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a connection raises; the third, which is neither of the first two, where the server has ended it just then."""
RAISED = (*CONNECTION, TimeoutError)
"""The same, and that a time limit of ours was reached."""


def lost(error: Exception) -> bool:
    """Whether our connection is gone. A plain ERROR is not that: the hub raises one where its own, to a source, is."""
    severity = getattr(error, "severity_en", None)
    if severity is not None:
        return bool(severity != "ERROR")
    return isinstance(error, (asyncpg.PostgresConnectionError, *CONNECTION[1:]))
