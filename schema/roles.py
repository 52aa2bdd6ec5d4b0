"""What one session of each role may take of PostgreSQL's memory, disk and time: settings of the roles, declared once.

They bound what a statement holds whatever it asks: PostgreSQL has no limit on the memory of a statement as a whole, and
so its nodes' share (`work_mem`), how many may have one, and the temporary files that come beyond are limited each.
"""

from collections.abc import Mapping
from types import MappingProxyType

TEMPORARY = "4GB"
"""Temporary files of one session, all of its sorts, hashes and materialized queries together."""
READING: Mapping[str, str] = MappingProxyType({
    "temp_file_limit": TEMPORARY,
    "work_mem": "16MB",
    "hash_mem_multiplier": "2",
    "max_parallel_workers_per_gather": "2",
    "geqo_threshold": "9",  # ten tables joined are planned in 0.2 s; each order of them looked at, in 1 s
})  # fmt: skip
"""Of the roles that answer questions: the one that serves, and the one that the hub connects as at each source."""
WRITING: Mapping[str, str] = MappingProxyType({"temp_file_limit": "32GB"})
"""Of the roles that make tables: an index of millions of rows is sorted in temporary files."""
IDLE: Mapping[str, str] = MappingProxyType({"idle_in_transaction_session_timeout": "10min"})
"""Of roles of the hub. A source's sessions wait in a transaction for as long as the reader of a stream is slow."""

SORTING: Mapping[str, str] = MappingProxyType({"enable_mergejoin": "off"})
"""Of roles of the hub. A merge join takes what two sources have sorted for sorted in the hub's collation: where that is
not theirs, PostgreSQL ends the statement or loses rows."""


def settings_ddl(role: str, settings: Mapping[str, str]) -> str:
    """DDL that sets these for a role; where only a superuser may set one and this is none, it stays as it is.

    `doctor` looks whether they are in force.
    """
    return "".join(
        f"DO $$ BEGIN ALTER ROLE {role} SET {name} = '{value}';\n"
        "EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;\n"
        for name, value in settings.items()
    )
