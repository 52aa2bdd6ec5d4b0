"""Where the data of a source come from, and what they are about: said in the registry and in every VOTable.

Items are those of VOResource 1.1 (curation and content), VODataService 1.2 (coverage) and of the IVOA Note "Data Origin
in the VO" 1.1.
"""

from dataclasses import dataclass

PUBLISHER = "Jean-Marie Mariotti Center (JMMC)"
HOME = "https://www.jmmc.fr"
SUPPORT = "jmmc-user-support@jmmc.fr"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a record of the registry says of data, beside their tables."""

    title: str
    """What people search by: acronym, full name, version."""
    abstract: str
    subjects: tuple[str, ...]
    """Concepts of the Unified Astronomy Thesaurus, as https://www.ivoa.net/rdf/uat identifies them."""
    wavebands: tuple[str, ...] = ()
    """Terms of https://www.ivoa.net/rdf/messenger."""
    wavelengths: tuple[float, float] | None = None
    """Shortest and longest wavelength, m; None where the data are of none."""
    creators: tuple[str, ...] = (PUBLISHER,)
    """Family name first."""
    version: str = ""
    """Of the data; "" for such that change from day to day."""
    article: str = ""
    """Bibcode of the article to cite; "" for none."""
    journal: str = ""
    """Where that appeared."""
    page: str = HOME
    """What people may read about the data."""
    rights: str = "Please acknowledge the Jean-Marie Mariotti Center (JMMC)"
    """What is asked of whoever uses them."""
    licence: str = ""
    """URI of the licence (SPDX or Creative Commons); "" where none has been chosen."""
    facilities: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
