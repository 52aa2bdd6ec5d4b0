"""Links from one database to another, and links that are more than the equality of two columns."""

from schema import jsdc, obsportal, oidb, spica
from schema.crossid import BADCAL, BADCAL_ID, IDENTIFIED
from schema.listed_ids import listed_ids
from schema.table import Lineage, Link, Neighbourhood, Through

SPICA_OF = oidb.GRANULE.by_field["proposalSubid"]
OBSERVED = oidb.GRANULE.by_field["obsId"]

LINKS = (
    Link(
        "granules", obsportal.EXPOSURE, oidb.GRANULE, obsportal.EXP_ID, OBSERVED, many=True,
        description="What OiDB has of it, from its log (level 0) to published data (level 3)",
        bridge=Lineage(
            obsportal.EXPOSURE, obsportal.EXP_ID, obsportal.OBS_PROGRAM, oidb.GRANULE.by_field["calibLevel"],
            oidb.GRANULE.by_field["progid"],
        ),
    ),
    Link(
        "exposure", oidb.GRANULE, obsportal.EXPOSURE, OBSERVED, obsportal.EXP_ID,
        description="The exposure that a granule of level 0 is the log of",
    ),
    Link(
        "spicaTarget", oidb.GRANULE, spica.TARGET, SPICA_OF, spica.SPICADB_ID,
        description="The survey's target, by the OIFITS keyword SPICADB-ID",
    ),
    Link(
        "granules", spica.TARGET, oidb.GRANULE, spica.SPICADB_ID, SPICA_OF, many=True,
        description="Its interferometric data, by the OIFITS keyword SPICADB-ID",
    ),
    Link(
        "exposures", spica.FOLLOWUP, obsportal.EXPOSURE, spica.FOLLOWUP.key, obsportal.EXP_ID, many=True,
        description="Its exposures, as SPICA-DB lists them",
        bridge=listed_ids(spica.FOLLOWUP, "expIds", obsportal.EXP_ID),
    ),
    Link(
        "granules", spica.FOLLOWUP, oidb.GRANULE, spica.FOLLOWUP.key, oidb.GRANULE_ID, many=True,
        description="Its interferometric data, as SPICA-DB lists them",
        bridge=listed_ids(spica.FOLLOWUP, "granuleIds", oidb.GRANULE_ID),
    ),
    Link(
        "calibrators", jsdc.STAR, jsdc.STAR, jsdc.STAR_ID, jsdc.STAR_ID, many=True, dense=True,
        description="Stars fit to calibrate it: near, with a diameter, CalFlag 0 (unexamined stars have none) and not "
        "in BadCal, as SearchCal asks",
        bridge=Neighbourhood(
            jsdc.STAR, Through(BADCAL, BADCAL_ID, IDENTIFIED), jsdc.STAR.by_field["calFlag"], jsdc.STAR.by_field["ldd"],
            jsdc.STAR.by_field["lddChi2"], jsdc.STAR.by_field["irFlag"], radius=5.0, widest=30.0,
        ),
    ),
)  # fmt: skip
