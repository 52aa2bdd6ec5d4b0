"""The descriptor of the service's own parameters (ObjObsSAP 1.0 section 4.1.2)."""

from adapters.registry.service import STANDARD as IVOA
from adapters.votable.descriptors import Descriptor, Input
from resolvers.visibility_request import INSTRUMENTS, INTERFEROMETERS, LONGEST
from schema.types import ASCII, BOOLEAN, DOUBLE, INT
from schema.visibility import STANDARD
from sky.night import TWILIGHTS

OBJOBSSAP = f"{IVOA}{STANDARD}"


def visibility_descriptor(base: str) -> Descriptor:
    """Return the descriptor with every parameter as an input; `base` is the public address of the gateway."""
    inputs = (
        Input("POS", unit="deg", description="Right ascension and declination, ICRS, with a comma between"),
        Input("TIME", unit="d", description=f"Begin/end, MJD or ISO 8601 (UTC): {LONGEST:g} days at most"),
        Input("MIN_OBS", DOUBLE, unit="s", ucd="time.duration", description="Shortest time that is worth a row"),
        Input("FACILITY", ASCII, description="Interferometer; both if none is said", options=(*INTERFEROMETERS,)),
        Input("INSTRUMENT", ASCII, description="Instrument, which says the interferometer", options=(*INSTRUMENTS,)),
        Input("STATIONS", description="Telescopes of CHARA, or a quadruplet of VLTI by its stations or its name"),
        Input("POPS", description="Pipe of Pan of each telescope of CHARA; the best of each night if none are said"),
        Input("MINELEV", DOUBLE, unit="deg", ucd="pos.az.alt;stat.min", description="Lowest elevation"),
        Input("NIGHT", description="Twilight between whose ends a night may be used", options=(*TWILIGHTS,)),
        Input("SOFT", BOOLEAN, description="Whether times are listed that the Moon, or high elevation, speaks against"),
        Input("MAXREC", INT, "0", description="Rows at most"),
        Input("RESPONSEFORMAT", ASCII, description="Format of the answer: votable, csv, tsv or json"),
    )
    about = "When VLTI or CHARA can observe a place"
    return Descriptor(
        "visibility", f"{base}/visibility", inputs, OBJOBSSAP, "application/x-votable+xml", about, utype="adhoc:this"
    )
