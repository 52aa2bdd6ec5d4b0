"""Parameters of GetStar: names of stars and a format (SearchCal's `sclwsGetStarProxy.php`)."""

from dataclasses import dataclass

from adapters.votable.formats import VERSIONS
from adapters.votable.parameters import Parameters
from planning.errors import BadInput, TooMuch

SEPARATORS = ",|"
"""Between names."""
MOST_STARS = 100
"""Stars in one request."""
VOT, TSV = "vot", "tsv"
MODERN = {f"votable{version}": version for version in VERSIONS}
"""Formats of our own: a VOTable with the columns of the catalogue, by its version."""
FORMATS = (VOT, TSV, *MODERN)
PHOTOMETRY = ("V", "e_V", "J", "e_J", "H", "e_H", "K", "e_K", "SP_TYPE")
"""Values that GetStar takes instead of the catalogue's, to compute another diameter from."""


@dataclass(frozen=True, slots=True)
class GetStarRequest:
    """Names of stars, and one of `FORMATS`."""

    names: tuple[str, ...]
    format: str


def parse_getstar_parameters(parameters: Parameters, default: str) -> GetStarRequest:
    """Read the parameters; those that only steer GetStar's own search are ignored.

    `default` is the format if none is requested.

    Raises
    ------
    BadInput
        There is no name, the format is unknown, or photometry is given.
    TooMuch
        There are more than `MOST_STARS` names.
    """
    stars = parameters.get("star", "")
    for separator in SEPARATORS[1:]:
        stars = stars.replace(separator, SEPARATORS[0])
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in stars.split(SEPARATORS[0])))))
    if not names:
        message = "star is missing: names of stars are wanted, separated by , or |"
        raise BadInput(message)
    if len(names) > MOST_STARS:
        message = f"star has {len(names)} names: at most {MOST_STARS} are answered at once"
        raise TooMuch(message)
    for name in PHOTOMETRY:
        if parameters.get(name.lower()):
            message = f"{name} is given: diameters here are those of JSDC, and are not computed from values of yours"
            raise BadInput(message)
    format_ = parameters.get("format", "").lower() or default
    if format_ not in FORMATS:
        message = f"format is {format_[:40]!r}: one of {', '.join(FORMATS)} is wanted"
        raise BadInput(message)
    return GetStarRequest(names, format_)
