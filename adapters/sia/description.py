"""What SIA says of itself: a descriptor of its parameters (section 2.1.18), and `/sia/capabilities`."""

from pydantic import AnyUrl
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability

from adapters.registry.capabilities import STANDARD, apart
from adapters.sia.query import PARAMETERS
from adapters.votable.descriptors import Descriptor, Input
from schema.types import ASCII, INT

SIA = f"{STANDARD}SIA#query-2.0"


def itself(base: str) -> Descriptor:
    """How to ask: every parameter, for the user to give."""
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


def query_capability(base: str) -> Capability:
    """The capability to be asked by SIA 2.0."""
    address = AccessURL(value=AnyUrl(f"{base}/sia"), use="base")
    return Capability(standard_id=AnyUrl(SIA), interface=[ParamHTTP(role="std", version="2.0", access_url=[address])])


def capabilities(base: str) -> bytes:
    """The document of `/sia/capabilities`."""
    return apart(base, "/sia", query_capability(base))
