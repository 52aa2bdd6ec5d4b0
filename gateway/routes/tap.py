"""TAP 1.1: the door of `/tap/sync`, of jobs (`/tap/async`) and of VOSI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from adapters.registry.service import ServiceRecord
from gateway.door import FORM, Door, Endpoint, late
from gateway.routes import jobs, user_tables, vosi
from gateway.tour import TourRequest
from hub.modules import read_module

if TYPE_CHECKING:
    from jobs.service import JobService

QUERY = """\
SELECT g.target_name, g.instrument_name, s.Name, s.LDD
FROM oidb.granule AS g
JOIN crossid.granule AS i ON i.id = g.id
JOIN jsdc.star AS s ON s.jsdc_id = i.star_id
WHERE g.calib_level >= 2 AND s.LDD > 1"""


async def plan(http: Request, service: JobService) -> Response:
    """The plan of a job."""
    handler: jobs.Handler = (await read_module("gateway.handlers.tap")).plan
    return await handler(http, service)


HANDLERS = late("gateway.handlers.tap")
DOOR = Door(
    endpoints=(
        Endpoint("/tap/sync", HANDLERS("sync"), FORM),
        *vosi.ENDPOINTS,
        *jobs.ENDPOINTS,
        *user_tables.ENDPOINTS,
        Endpoint("/tap/async/{job}/plan", jobs.with_jobs(plan)),
    ),
    addresses=("/tap",),
    votable=True,
    service=ServiceRecord(
        "TAP",
        "/tap",
        short_name="JMMC TAP",
        title="JSDC, OiDB, Obs Portal and SPICA-DB: the databases of the JMMC by ADQL",
        content="Stellar diameters and bad calibrators (JSDC), optical interferometric data (OiDB), observation logs "
        "of VLTI and CHARA (Obs Portal), the survey of CHARA/SPICA (SPICA-DB), all observations as ObsCore (TAP 1.1)",
    ),
    tour=(
        TourRequest(
            "ADQL over all databases (TAP)",
            "/tap/sync",
            {"LANG": "ADQL", "QUERY": QUERY},
            right=lambda text: "<TR>" in text,
        ),
        TourRequest("what TAP can do", "/tap/capabilities", right=lambda text: "ivo://ivoa.net/std/TAP" in text),
        TourRequest("whether TAP answers", "/tap/availability", right=lambda text: "<available>true" in text),
        TourRequest("the tables of TAP", "/tap/tables", {"detail": "min"}, right=lambda text: "ivoa.obscore" in text),
        TourRequest("examples of ADQL", "/tap/examples", right=lambda text: 'property="query"' in text),
    ),
)
