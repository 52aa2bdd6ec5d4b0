"""What people call a star beside its name in a catalogue."""

from collections.abc import Sequence

from adapters.page.quantities import Values

COMMON = ("*", "V*", "NAME")
"""What SIMBAD writes before names of the sky, not of a catalogue."""


def common_names(identifiers: Sequence[Values], known: str) -> Sequence[str]:
    """Bayer's designation, that of a variable and a proper name, as far as there are such beside the name `known`.

    >>> common_names([{"identifier": "* eps Gem"}, {"identifier": "NAME Mebsuta"}], "HD 48329")
    ['eps Gem', 'Mebsuta']
    >>> common_names([{"identifier": "* alf Ori"}, {"identifier": "V* alf Ori"}], "HD 39801")
    ['alf Ori']
    """
    names = [one["identifier"].partition(" ") for one in reversed(identifiers)]
    common = {prefix: name for prefix, _, name in names if prefix in COMMON and name != known}
    return list(dict.fromkeys(common[prefix] for prefix in COMMON if prefix in common))
