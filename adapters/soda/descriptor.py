"""The description of SODA in tables of links (SODA 1.0 section 4): its parameters, of which ID is that of the row."""

from adapters.votable.descriptors import Descriptor, Input
from schema.types import ASCII, DOUBLE, Scalar, array

STANDARD = "ivo://ivoa.net/std/SODA#sync-1.0"
CUTOUT = "cutout"
"""ID of the RESOURCE that rows of a table of links refer to."""
INTERVAL, CIRCLE = array(DOUBLE, "2", "interval"), array(DOUBLE, "3", "circle")


def soda_descriptor(base: str, field: str) -> Descriptor:
    """The descriptor; `base` is the URL of the gateway, `field` the ID of the FIELD with identifiers."""
    inputs = (
        Input("ID", ref=field, ucd="meta.ref.url;meta.curation"),
        _free("TARGET", ASCII, "", "meta.id;src", "Name of a target of the file, whatever its case and blanks"),
        _free("CIRCLE", CIRCLE, "deg", "phys.angArea;obs", "Circle (ICRS) that targets are in"),
        _free("INSNAME", ASCII, "", "meta.id;instr", "INSNAME of the file, or an instrument, as GRAVITY"),
        _free("BAND", INTERVAL, "m", "em.wl;stat.interval", "Wavelengths that the bands of channels meet"),
        _free("TIME", INTERVAL, "d", "time.interval;obs.exposure", "MJD (UTC) that middles of exposures are in"),
        _free("BASELINE", ASCII, "", "instr.baseline", "Two stations, as A0-G1, or lengths in metres, as 30 100"),
    )
    text = "Part of an OIFITS file, as OIFITS; with several IDs, one file of all"
    return Descriptor(CUTOUT, f"{base}/soda/sync", inputs, STANDARD, "application/fits", text)


def _free(name: str, kind: Scalar, unit: str, ucd: str, description: str) -> Input:
    return Input(name, kind, unit=unit, ucd=ucd, description=description)
