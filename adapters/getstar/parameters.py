"""What GetStar is asked: names of stars and a format (`sclwsGetStarProxy.php`)."""

from dataclasses import dataclass

from adapters.votable.parameters import Parameters
from planning.errors import BadInput, TooMuch

SEPARATORS = ",|"
MOST = 100
"""Stars at once."""
VOT, TSV, MODERN = "vot", "tsv", "votable1.4"
FORMATS = (VOT, TSV, MODERN)
GIVEN = ("V", "e_V", "J", "e_J", "H", "e_H", "K", "e_K", "SP_TYPE")
"""Values that GetStar takes instead of the catalogue's, to compute another diameter from."""


@dataclass(frozen=True, slots=True)
class GetStarRequest:
    """Names, and how the answer is written."""

    names: tuple[str, ...]
    format: str


def asked(parameters: Parameters, default: str) -> GetStarRequest:
    """Read the parameters; raises `BadInput`, `TooMuch`. Those that only steer GetStar's search say nothing here."""
    told = parameters.get("star", "")
    for separator in SEPARATORS[1:]:
        told = told.replace(separator, SEPARATORS[0])
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in told.split(SEPARATORS[0])))))
    if not names:
        message = "star is missing: names of stars are wanted, separated by , or |"
        raise BadInput(message)
    if len(names) > MOST:
        message = f"star has {len(names)} names: at most {MOST} are answered at once"
        raise TooMuch(message)
    for name in GIVEN:
        if parameters.get(name.lower()):
            message = f"{name} is given: diameters here are those of JSDC, and are not computed from values of yours"
            raise BadInput(message)
    form = parameters.get("format", "").lower() or default
    if form not in FORMATS:
        message = f"format is {form[:40]!r}: one of {', '.join(FORMATS)} is wanted"
        raise BadInput(message)
    return GetStarRequest(names, form)
