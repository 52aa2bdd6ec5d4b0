"""The coverage of a record (VODataService 1.2 section 3.2): sky, time, energy, wavebands."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import AnyUrl
from pydantic_xml import BaseXmlModel, attr, element

from schema.origin import Origin

JOULE_METRE = 6.62607015e-34 * 299_792_458
"""Energy of a photon times its wavelength, J·m (CODATA 2018, exact)."""
MOC = "ivo://ivoa.net/std/MOC"


@dataclass(frozen=True, slots=True)
class Covered:
    """What a table covers, as registries have been told."""

    spatial: str
    """A MOC in ASCII, ICRS."""
    temporal: tuple[float, float] | None
    """MJD; None for rows without times."""
    since: datetime
    """Since when that is told, UTC."""


class Footprint(BaseXmlModel, tag="footprint"):
    """Where a finer map of the sky is."""

    url: AnyUrl
    standard: str = attr(name="ivo-id", default=MOC)


class Coverage(BaseXmlModel, tag="coverage", ns="", nsmap={"": ""}, skip_empty=True):
    """Its elements in the order of the schema."""

    spatial: str | None = element(tag="spatial", default=None)
    temporal: list[str] = element(tag="temporal", default_factory=list)
    spectral: list[str] = element(tag="spectral", default_factory=list)
    footprint: Footprint | None = None
    waveband: list[str] = element(tag="waveband", default_factory=list)


def coverage_element(origin: Origin, covered: Covered | None, footprint: str = "") -> Coverage:
    """Write a coverage.

    Parameters
    ----------
    origin
        Has wavebands and wavelengths.
    covered
        Sky and time; None where that is not known.
    footprint
        URL of the finer map; "" for none.
    """
    return Coverage(
        spatial=covered.spatial if covered else None,
        temporal=[f"{covered.temporal[0]:.0f} {covered.temporal[1]:.0f}"] if covered and covered.temporal else [],
        spectral=[f"{least:.3g} {most:.3g}" for least, most in _energies(origin)],
        footprint=Footprint(url=AnyUrl(footprint)) if footprint else None,
        waveband=list(origin.wavebands),
    )


def _energies(origin: Origin) -> list[tuple[float, float]]:
    """Least and greatest energy of a photon, J; none where the data are of no wavelength."""
    if origin.wavelengths is None:
        return []
    shortest, longest = origin.wavelengths
    return [(JOULE_METRE / longest, JOULE_METRE / shortest)]
