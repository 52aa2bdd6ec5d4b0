"""The descriptor of SIA's own parameters (SIA 2.0 section 2.1.18)."""

from adapters.registry.service import STANDARD
from adapters.sia.query import PARAMETERS
from adapters.votable.descriptors import Descriptor, Input
from schema.types import ASCII, INT

SIA = f"{STANDARD}SIA#query-2.0"


def sia_descriptor(base: str) -> Descriptor:
    """Return the descriptor with every parameter as an input; `base` is the public address of the gateway."""
    inputs = (
        Input("POS", unit="deg", description="CIRCLE, RANGE or POLYGON with ICRS coordinates"),
        *(Input(name, unit=one.unit, ucd=_ucd(name), description=one.description) for name, one in PARAMETERS.items()),
        Input("MAXREC", INT, "0", description="Rows at most"),
        Input("RESPONSEFORMAT", ASCII, description="Format of the answer"),
    )
    about = "Observations of OiDB, the Obs Portal and SPICA-DB; each parameter may be repeated"
    return Descriptor("sia", f"{base}/sia", inputs, SIA, "application/x-votable+xml", about, utype="adhoc:this")


def _ucd(name: str) -> str:
    columns = PARAMETERS[name].columns
    return columns[0].ucd if len(columns) == 1 else ""
