"""IVOIDs of records (`obs_publisher_did`): one form for each kind, from what identifies a row of its table."""

from schema.column import Column, ColumnSql

AUTHORITY = "ivo://jmmc.fr/"
DIGITS = 12
"""Width to which numbers of granules are padded with zeros, so that identifiers sort as the numbers do."""
GRANULE = f"{AUTHORITY}oidb?"
EXPOSURE = f"{AUTHORITY}portal?"
RUN = f"{AUTHORITY}spica?"
STAR = f"{AUTHORITY}jsdc?"
TARGET = f"{AUTHORITY}spicadb?"
"""What identifiers begin with, by kind of record."""


def numbered_granule(number: int) -> str:
    """A granule's number in its identifier."""
    return f"{number:0{DIGITS}}"


def granule_did(number: Column) -> ColumnSql:
    """SQL of a granule's identifier, as `ivo://jmmc.fr/oidb?000020000091`."""
    return ColumnSql(f"'{GRANULE}' || lpad({{}}::text, {DIGITS}, '0')", (number,))


def target_did(number: Column) -> ColumnSql:
    """SQL of the identifier of a target of the survey, as `ivo://jmmc.fr/spicadb?22`."""
    return ColumnSql(f"'{TARGET}' || {{}}::text", (number,))
