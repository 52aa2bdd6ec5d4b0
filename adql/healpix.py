"""ivo_healpix_index at a source, which has no function of ours: the cell of a place as one expression."""

from collections.abc import Sequence

from adql.context import Compiler
from adql.template import Node, fragment
from schema.healpix import ORDERS, index

CHEAP = 8
"""Size of a coordinate that the expression may name as often as it does: a column, cast or not."""


def at_source(order: float | None, nodes: Sequence[Node], compiler: Compiler) -> Node | None:
    """The cell of a place for a source; None where the order is no number of the query, or the place no two columns.

    Parameters
    ----------
    order
        The number of the query; None for another value.
    nodes
        Order, right ascension and declination.
    """
    if order is None or order not in ORDERS or any(compiler.size.of(node) > CHEAP for node in nodes[1:]):
        return None
    return fragment(index("{0}", "{1}", int(order)), *nodes[1:])
