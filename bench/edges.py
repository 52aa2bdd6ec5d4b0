"""Requests at the edge of every limit, and of limits as they were: as large as is taken, or was. All are harmless."""

from collections.abc import Iterator
from itertools import chain

from bench.edge import Edge
from bench.edges_documents import documents
from bench.edges_forms import forms
from bench.edges_variables import variables


def edges() -> Iterator[Edge]:
    """Yield every request; they are large, and made one by one."""
    return chain(variables(), documents(), forms())
