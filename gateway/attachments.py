"""Content-Disposition (RFC 6266): browsers save tables under a name, and show what is there to be read."""

from adapters.votable.formats import FORMATS, TABLEDATA

SHOWN = (".json", ".txt")
"""Endings of what clients show instead of saving it."""
SUFFIXES = {form.media_type.partition(";")[0]: form.suffix for form in FORMATS}


def disposition(stem: str, suffix: str) -> dict[str, str]:
    """The header of a file that is to be called by a name of ours, in ASCII, with this ending."""
    kind = "inline" if suffix in SHOWN else "attachment"
    return {"Content-Disposition": f'{kind}; filename="{stem}{suffix}"'}


def suffix_of(media_type: str) -> str:
    """The ending of a table's file; that of a VOTable also under `text/xml`."""
    return SUFFIXES.get(media_type.partition(";")[0], TABLEDATA.suffix)
