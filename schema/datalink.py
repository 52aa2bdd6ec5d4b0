"""DataLink 1.1: columns of a table of links (section 3.2), and identifiers of the records that have links."""

from dataclasses import dataclass

from schema import jsdc, obsportal, oidb, publisher_did, spica
from schema.column import Column
from schema.observations import OBSCORE
from schema.table import Table
from schema.types import ASCII, BOOLEAN, DOUBLE, LONG, TEXT

ID = Column("ID", ASCII, "The record, as it was asked for", ucd="meta.id;meta.main", key=True)
ACCESS_URL = Column("access_url", ASCII, "Where it is", ucd="meta.ref.url")
SERVICE_DEF = Column("service_def", ASCII, "ID of the RESOURCE below that describes the service", ucd="meta.ref")
ERROR_MESSAGE = Column("error_message", TEXT, "Why there is none", ucd="meta.code.error")
DESCRIPTION = Column("description", TEXT, "What it is", ucd="meta.note")
SEMANTICS = Column(
    "semantics", ASCII, "What it is to the record (http://www.ivoa.net/rdf/datalink/core)", ucd="meta.code"
)
CONTENT_TYPE = Column("content_type", ASCII, "Media type", ucd="meta.code.mime")
CONTENT_LENGTH = Column("content_length", LONG, "Size", "byte", "phys.size;meta.file")
LOCAL_SEMANTICS = Column(
    "local_semantics", ASCII,
    "What it is here: `level-0` to `level-3`, `raw`, `star`, `getstar`, `calibrators`, `spica-target`, `observations`",
    ucd="meta.id.assoc",
)  # fmt: skip
LINK_AUTH = Column("link_auth", ASCII, "Whether one must be known to get it: `false` or `true`", ucd="meta.code")
LINK_AUTHORIZED = Column("link_authorized", BOOLEAN, "Whether anybody may have it now", ucd="meta.code")
RA = Column("s_ra", DOUBLE, "Right ascension (ICRS) of what was observed", "deg", "pos.eq.ra")
DEC = Column("s_dec", DOUBLE, "Declination (ICRS) of what was observed", "deg", "pos.eq.dec")
STAR = Column("star", ASCII, "The star of JSDC that it is", ucd="meta.id;src")
LINKS = Table(
    "datalink", "links", "", "", "", "What there is about the records asked for",
    (
        ID, ACCESS_URL, SERVICE_DEF, ERROR_MESSAGE, DESCRIPTION, SEMANTICS, CONTENT_TYPE, CONTENT_LENGTH,
        LOCAL_SEMANTICS, LINK_AUTH, LINK_AUTHORIZED, RA, DEC, STAR,
    ),
)  # fmt: skip
"""The last three are our own: they are what the services are asked with."""


@dataclass(frozen=True, eq=False, slots=True)
class DatalinkKind:
    """A kind of record with links, identified by an IVOID or by the value of a column."""

    table: Table
    column: Column
    prefix: str
    """Of the identifier, before the value of the column."""


GRANULES = DatalinkKind(oidb.GRANULE, oidb.GRANULE_ID, publisher_did.GRANULE)
EXPOSURES = DatalinkKind(obsportal.EXPOSURE, obsportal.EXP_ID, publisher_did.EXPOSURE)
RUNS = DatalinkKind(spica.FOLLOWUP, spica.FOLLOWUP.key, publisher_did.RUN)
STARS = DatalinkKind(jsdc.STAR, jsdc.STAR.by_field["name"], publisher_did.STAR)
TARGETS = DatalinkKind(spica.TARGET, spica.SPICADB_ID, publisher_did.TARGET)
KINDS = (GRANULES, EXPOSURES, RUNS, STARS, TARGETS)
"""Identifiers of granules, exposures and runs are those in ObsCore (`schema.observations`)."""
BY_TABLE = {kind.table.qualified: kind for kind in KINDS}
IDENTIFYING = {kind.table: kind.column for kind in KINDS}
"""By table: the column whose values identify rows in {links} of the table."""
IDENTIFIER = OBSCORE.key
"""Column of ObsCore with the identifiers of {links}; other tables have it too, by its utype."""
