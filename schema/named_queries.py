"""SQL that is kept as text, in the folder `sql/`: whole files of DDL, and named queries.

A file of named queries is `sql/queries/<package>/<module>.sql`. Before each query stands `-- name: x` and, as further
lines of comment, what it is for (as in procrastinate's `sql/queries.sql`). These lines are not sent, nor is the last
`;`.

A word in braces, as `{table}`, is filled in by the caller (`str.format`) with what a declaration says, never with what
a client sent: values are bound, as `$1` (asyncpg) or `%(owner)s` (psycopg).
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent.parent / "sql"
"""The folder of all SQL texts. It stands beside the packages, in a checkout as where a wheel is installed."""
HEAD = re.compile(r"^-- name: (\w+)\n(?:--.*\n)*", re.MULTILINE)


def named_query(file: str, name: str) -> str:
    """The text of a query, as `named_query("hub/uploads", "expired")`.

    Parameters
    ----------
    file
        Path of its file, from `sql/queries` and without `.sql`.
    name
        What stands after `-- name:`.

    Raises
    ------
    FileNotFoundError, KeyError
        There is no such file, or no such query in it.
    """
    return _queries(file)[name]


@cache
def _queries(file: str) -> Mapping[str, str]:
    _, *heads_and_texts = HEAD.split((SQL / "queries" / f"{file}.sql").read_text(encoding="utf-8"))
    names, texts = heads_and_texts[::2], heads_and_texts[1::2]
    return {name: text.strip().removesuffix(";") for name, text in zip(names, texts, strict=True)}
