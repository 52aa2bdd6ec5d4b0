"""Rows kept on disk until what comes before them in the document is known."""

import tempfile
from collections.abc import Iterator

import pyarrow as pa

from planning.errors import NoRoom, TooMuch

LARGEST = 16_000_000_000
"""Bytes of one spool."""


class TableSpool:
    """A temporary file of Arrow tables of one schema, compressed; the system deletes it when the process ends.

    The owner calls `close`.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_stream(self._file, schema, options=options)

    def add(self, table: pa.Table) -> None:
        """Append rows.

        Raises
        ------
        NoRoom
            The disk is full.
        TooMuch
            The spool exceeds `LARGEST`.
        """
        try:
            self._writer.write_table(table)
            self._file.flush()
        except OSError as error:
            message = "The gateway has no room left to put rows aside: try again later, or ask for VOTable"
            raise NoRoom(message) from error
        if self._file.tell() > LARGEST:
            message = f"A FITS table of more than {LARGEST // 10**9} GB is not made: ask for VOTable, Parquet or CSV"
            raise TooMuch(message)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows in order, each time anew; nothing can be added afterwards."""
        self._writer.close()
        self._file.seek(0)
        yield from pa.ipc.open_stream(self._file)

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
