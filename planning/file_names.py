"""Granules that name the same file: one file has many addresses, and what is said of it holds for all of them."""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from schema.named_queries import named_query
from schema.oidb import GRANULE
from schema.spelling import relation_name

NAMING = named_query("planning/file_names", "naming")
IN_HUB = NAMING.format(relation=".".join(relation_name(GRANULE, direct=False)))
"""Bound are the address of a collection, and paths below it; rows are those of `Naming`, and maybe of other files."""
AT_SOURCE = NAMING.format(relation=GRANULE.remote)
"""The same where granules are written."""
Naming = Sequence[Any]
"""Number of a granule, its address, and the collection of OiDB that it is in."""
PathOf = Callable[[str], str | None]
"""Path of a file by its address; None for a file of somewhere else."""


def naming(found: Iterable[Naming], paths: Container[str], path_of: PathOf) -> dict[int, str]:
    """The paths of those of some granules that are in files of these paths, by their numbers."""
    return {number: path for number, url, _ in found if (path := path_of(url)) and path in paths}
