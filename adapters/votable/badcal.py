"""The cone search of BadCal as its clients ask it: the parameters of the Data Set Access library of AstroGrid.

Source: SearchCal's sclcatFilterCatalog.sh (`DSACATTAB=badcal.valid_stars&RA=0.0&DEC=0.0&SR=360.0`) and its
convert_badcal.sh (`Format=Comma-Separated`).
"""

from adapters.votable.parameters import Parameters
from planning.errors import NotFound
from schema.jsdc import BADCAL

CATALOGUE = "badcal.valid_stars"
"""The only one that was served."""
FORMATS = {"comma-separated": "csv", "tab-separated": "tsv"}


def badcal_table(parameters: Parameters) -> str:
    """The table that DSACATTAB names; that of bad calibrators without it. Raises `NotFound`."""
    named = parameters.get("dsacattab", "").strip() or CATALOGUE
    if named.lower() not in {CATALOGUE, BADCAL.qualified}:
        message = f"DSACATTAB is {named[:60]!r}: {CATALOGUE} is all there is"
        raise NotFound(message)
    return BADCAL.qualified


def cone_parameters(parameters: Parameters) -> Parameters:
    """The same as parameters of a cone search, the format by its name of today."""
    named = parameters.get("format", "").strip().lower()
    return {**parameters, "format": FORMATS.get(named, named)}
