"""Datatypes of VOTables of others, and their form in a binary COPY (VOTable 1.4 sections 2.1 and 6)."""

from dataclasses import dataclass

from planning.errors import BadInput


@dataclass(frozen=True, slots=True)
class Datatype:
    """A primitive datatype of VOTable."""

    votable_format: str
    """`struct` format of one number in BINARY, big-endian."""
    copy_format: str
    """`struct` format of one number in a binary COPY; "" for text."""
    oid: int
    """OID of the PostgreSQL type."""
    components: int = 1
    """Numbers in one value: 2 for complex ones."""


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
"""By name; `schema.votable_types` has the type of a column of each."""
ALIASES = {"string": "char", "unsignedbyte": "unsignedByte", "unicodechar": "unicodeChar", "boolean": "boolean"}
"""Wrong spellings that occur, in lower case."""


def canonical_datatype(datatype: str) -> str:
    """The name of VOTable for a datatype, known misspellings included; raises `BadInput` for any other."""
    datatype_name = ALIASES.get(datatype.lower(), datatype)
    if datatype_name not in DATATYPES:
        message = f"datatype {datatype[:40]!r} is not one of VOTable: {', '.join(DATATYPES)}"
        raise BadInput(message)
    return datatype_name
