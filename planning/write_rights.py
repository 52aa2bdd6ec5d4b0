"""Who may write what: the rights of who asks over a source that is written, by the declarations.

The rule is the catalogue API's (catalogs `modules/app.xql`, has-row-access): administrators of a catalogue may write
all of it; others the rows that name one of their aliases as principal investigator, or someone who lets them act there.
"""

from collections.abc import Iterable

import orjson

from planning.asker import Asker
from schema.column import Column, Writers
from schema.table import Source

NAMELESS = "administrator"
"""What the record of changes calls who has no alias: only administrators write without one."""


def row_rights(person: Asker, source: Source) -> str:
    """What the row-level security of a source is told of a person: the setting `gw.rights`, as JSON.

    `every` lists the catalogues that they administer, `names` has the names in capitals that each other catalogue's
    rows may bear, `called` is what the public record of changes calls them.
    """
    catalogues = dict.fromkeys(right.catalogue for right in source.owned)
    every = [catalogue for catalogue in catalogues if person.administers(catalogue)]
    names = {catalogue: sorted(person.acts_for(catalogue)) for catalogue in catalogues if catalogue not in every}
    return orjson.dumps({"every": every, "names": names, "called": public_name(person)}).decode()


def owns(person: Asker, catalogue: str, names: str | None) -> bool:
    """Whether a person may write a row of a catalogue that names these owners, several separated by `/`."""
    theirs = person.acts_for(catalogue)
    return person.administers(catalogue) or any(name.strip().upper() in theirs for name in (names or "").split("/"))


def public_name(person: Asker) -> str:
    """What others are told of who wrote: the first alias; never a login, which is an address."""
    return min(person.aliases, default=NAMELESS)


def unwritable(person: Asker, catalogue: str, columns: Iterable[Column]) -> list[Column]:
    """Those of some columns that a person may not write in any row of a catalogue."""
    if person.administers(catalogue):
        return []
    return [column for column in columns if column.writers is Writers.SERVICES]
