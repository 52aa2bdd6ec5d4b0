"""Work in batches: one connection to the hub as a role that may write there, with COPY in and out."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from io import BytesIO
from typing import Any

from resolvers.rows import Connection, Record, Sink, flowing, left, transaction, writing


class Writer:
    """One connection to the hub as a role that may write there, for work in batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def transaction(self, source: str) -> AbstractAsyncContextManager[None]:
        """All or nothing of what is done inside, which reads a source; raises `GatewayError`."""
        return transaction(self._connection, source)

    async def run(self, text: str, *values: Any) -> int:
        """Run a statement, or several if there are no values; how many rows the last one wrote."""
        told: str = await self._connection.execute(text, *values)
        count = told.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def fetch(self, text: str, *values: Any) -> list[Record]:
        """Rows of a statement."""
        rows: list[Record] = await self._connection.fetch(text, *values)
        return rows

    async def read(self, query: str) -> bytes:
        """Rows of a query in PostgreSQL's binary format, all of them."""
        read = bytearray()

        async def take(block: bytes) -> None:
            read.extend(block)

        await self._connection.copy_from_query(query, output=take, format="binary")
        return bytes(read)

    def blocks(self, query: str) -> AsyncIterator[bytes]:
        """Rows of a query in PostgreSQL's binary format, as they come."""

        async def copy(output: Sink) -> None:
            await self._connection.copy_from_query(query, output=output, format="binary")

        return flowing(copy)

    async def copy(self, relation: str, columns: Sequence[str], rows: bytes | AsyncIterator[bytes]) -> None:
        """Add rows in PostgreSQL's binary format to a relation."""
        schema_name, _, table = relation.partition(".")
        source = BytesIO(rows) if isinstance(rows, bytes) else rows
        await self._connection.copy_to_table(
            table, source=source, columns=columns, schema_name=schema_name, format="binary"
        )

    async def add(self, relation: str, columns: Sequence[str], rows: Iterable[Record]) -> None:
        """Add rows to a relation."""
        schema_name, _, table = relation.partition(".")
        await self._connection.copy_records_to_table(table, records=rows, columns=columns, schema_name=schema_name)

    async def close(self) -> None:
        """Close the connection, whatever it is doing."""
        await left(self._connection)


async def open_writer(dsn: str, seconds: float) -> Writer:
    """Connect as the role that writes, each statement within so many seconds; raises `HubUnavailable`."""
    return Writer(await writing(dsn, seconds))
