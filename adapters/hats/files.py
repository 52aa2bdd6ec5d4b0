"""The files of a HATS collection, whoever keeps them: what is written at once, and what is streamed."""

from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from dataclasses import dataclass

from adapters.hats import rows
from adapters.hats.filters import EVERY, Filters
from adapters.hats.maps import density_map
from adapters.hats.parameters import File, Part
from adapters.hats.properties import Collection, catalogue_properties, partition_info
from planning.rights import HIDDEN
from schema.column import Column
from schema.hats import hats_columns


def write_file(collection: Collection, part: Part, file: File) -> bytes:
    """Write a file of one of its catalogues that is none of rows; call it in a thread."""
    return WRITERS[file](collection, part)


@dataclass(frozen=True, slots=True)
class RowsFile:
    """A file of rows: a partition of the catalogue or its margin."""

    part: Part
    number: int
    """Of the partition, in the order of the sky."""
    columns: tuple[Column, ...]
    """Some of `hats_columns`, in their order."""
    filters: Filters = EVERY
    """Conditions on the rows."""

    def stream(self, hub: rows.RowsHub, collection: Collection) -> AsyncGenerator[bytes, None]:
        """Stream its rows as Parquet; raises `GatewayError`."""
        head = rows.head(collection.table, self.columns, collection.authority)
        parts = collection.tiling.parts
        if self.part is Part.MARGIN:
            return rows.margin(hub, head, collection.tiling.margins[self.number].tolist(), self.filters)
        order, cell = int(parts.orders[self.number]), int(parts.cells[self.number])
        return rows.partition(hub, head, order, cell, self.filters)

    @property
    def key(self) -> Hashable:
        """What it is the same by, of one table and data version."""
        return self.part, self.number, tuple(column.name for column in self.columns), self.filters.key


def _properties(collection: Collection, part: Part) -> bytes:
    return catalogue_properties(collection, part).encode()


def _partitions(collection: Collection, part: Part) -> bytes:
    return partition_info(collection, part).encode()


def _map(collection: Collection, _part: Part) -> bytes:
    return density_map(collection.tiling)


def _schema(collection: Collection, part: Part) -> bytes:
    # Here: pyarrow takes 40 MB, which those pay who ask for it.
    from adapters.columnar.parquet import parquet_schema
    from adapters.hats.names import index_schema

    table = collection.table
    if part is Part.INDEX:
        return index_schema(table)
    return parquet_schema(rows.head(table, hats_columns(table, HIDDEN), collection.authority))


WRITERS: Mapping[File, Callable[[Collection, Part], bytes]] = {
    File.PROPERTIES: _properties, File.PARTITIONS: _partitions, File.MAP: _map, File.SCHEMA: _schema,
}  # fmt: skip
