"""Where a statement goes, and how it is written for there: straight to the one source of its tables, or to the hub."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planning.text_order import TextOrder
from schema.catalog import SOURCES
from schema.space import SpatialBackend
from schema.table import Table

HUB = "hub"
"""What the hub's own database is called beside the sources."""


class HubSql(str):
    """SQL that calls a function of the hub, and so can go to no source."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """The database that a statement is written for."""

    backend: SpatialBackend | None = None
    """The spatial extension of the source that it goes straight to; None for the hub."""
    order: TextOrder = TextOrder.NATIVE

    @property
    def direct(self) -> bool:
        """Whether it is a source."""
        return self.backend is not None


@dataclass(frozen=True, slots=True)
class Databases:
    """What is known of the databases: it decides where statements go and how they are written.

    What is not known costs time and nothing else: the source is asked through the hub, text is compared by bytes.
    """

    backends: frozenset[tuple[str, SpatialBackend]] = frozenset()
    """Sources that can be asked directly, by name, each with the spatial extension that it is indexed with."""
    bytewise: frozenset[str] = frozenset()
    """Databases that are known to sort all text by its bytes: names of sources, and `HUB`."""

    def with_backend(self, source: str, backend: SpatialBackend) -> "Databases":
        """The same, and a source that can be asked directly."""
        return replace(self, backends=frozenset({**dict(self.backends), source: backend}.items()))

    def with_order(self, name: str, *, bytewise: bool) -> "Databases":
        """The same, and whether a database is known to sort text by its bytes."""
        return replace(self, bytewise=self.bytewise | {name} if bytewise else self.bytewise - {name})

    def destination(self, touched: tuple[str, ...]) -> Destination:
        """Where a statement goes whose rows come from these databases: straight only if that is one."""
        backend = dict(self.backends).get(touched[0]) if len(touched) == 1 else None
        return Destination(backend, self.text_order(touched, direct=backend is not None))

    def through_hub(self, touched: tuple[str, ...], *, united: bool = False) -> Destination:
        """The hub, for a statement whose rows come from these databases; `united` if it unites results of queries."""
        order = self.text_order(touched, direct=False)
        return Destination(None, TextOrder.MERGED if united and order is TextOrder.SHIPPED else order)

    def text_order(self, touched: tuple[str, ...], *, direct: bool) -> TextOrder:
        """How text is sorted in a statement whose rows come from these databases."""
        remote = {name for name in touched if name in SOURCES}
        sorting = remote if direct else {*remote, HUB}
        if sorting <= self.bytewise:
            return TextOrder.NATIVE
        if direct or not remote:
            return TextOrder.STRAIGHT
        return TextOrder.SHIPPED if len(touched) == 1 else TextOrder.MERGED


UNKNOWN = Databases()
"""Nothing is known."""
BYTEWISE = Databases(bytewise=frozenset({*SOURCES, HUB}))
"""Every database sorts text by its bytes; none is asked directly."""


def databases(tables: Iterable[Table]) -> tuple[str, ...]:
    """The databases that the rows of some tables come from, each once, in the order of the tables."""
    return tuple(dict.fromkeys(database for table in tables for database in table.databases))
