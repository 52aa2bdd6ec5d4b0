"""How values of each datatype are written in VOTables of others and in a binary COPY (VOTable 1.4 sections 2.1, 6)."""

from dataclasses import dataclass

from planning.errors import BadInput


@dataclass(frozen=True, slots=True)
class Datatype:
    """One datatype of VOTable."""

    sent: str
    """How BINARY has one value (`struct`, big-endian)."""
    kept: str
    """How a binary COPY has it."""
    oid: int
    """Of the PostgreSQL type."""
    values: int = 1
    """Numbers in one value: two for complex ones."""


DATATYPES = {
    "boolean": Datatype("c", "?", 16),
    "bit": Datatype("B", "?", 16),
    "unsignedByte": Datatype("B", "h", 21),
    "short": Datatype("h", "h", 21),
    "int": Datatype("i", "i", 23),
    "long": Datatype("q", "q", 20),
    "float": Datatype("f", "f", 700),
    "double": Datatype("d", "d", 701),
    "floatComplex": Datatype("f", "f", 700, 2),
    "doubleComplex": Datatype("d", "d", 701, 2),
    "char": Datatype("B", "", 25),
    "unicodeChar": Datatype("H", "", 25),
}
"""By the names of VOTable; `schema.votable_types` has the types of columns."""
ALIASES = {"string": "char", "unsignedbyte": "unsignedByte", "unicodechar": "unicodeChar", "boolean": "boolean"}
"""Spellings that are wrong and met."""


def known(datatype: str) -> str:
    """The name in VOTable's own spelling of a datatype that others may have misspelt; raises `BadInput` for none."""
    name = ALIASES.get(datatype.lower(), datatype)
    if name not in DATATYPES:
        message = f"datatype {datatype[:40]!r} is not one of VOTable: {', '.join(DATATYPES)}"
        raise BadInput(message)
    return name
