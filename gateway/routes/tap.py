"""TAP 1.1: `/tap/sync`, and the door of it, of jobs (`/tap/async`) and of VOSI."""

from starlette.requests import Request
from starlette.responses import Response

from adapters.registry.service import ServiceRecord
from adapters.tap.parameters import RowLimits, tap_request
from adapters.tap.query import run_tap_query
from adapters.tap.uploads import upload_contents
from gateway.addresses import base_url
from gateway.door import FORM, Door, Endpoint
from gateway.forms import form
from gateway.routes import jobs, vosi
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from gateway.tour import TourRequest

ACCUMULATING = ("upload",)
QUERY = """\
SELECT g.target_name, g.instrument_name, s.Name, s.LDD
FROM oidb.granule AS g
JOIN crossid.granule AS i ON i.id = g.id
JOIN jsdc.star AS s ON s.jsdc_id = i.star_id
WHERE g.calib_level >= 2 AND s.LDD > 1"""


async def sync(http: Request) -> Response:
    """An ADQL query, answered as its rows come."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    async with form(http, settings.max_body_bytes, settings.max_upload_bytes, ACCUMULATING) as sent:
        limits, accept = RowLimits(settings.max_rows_default, settings.max_rows), http.headers.get("accept")
        base = base_url(http, settings)
        request = tap_request(sent.parameters, limits, accept, base, links=settings.links)
        uploads = upload_contents(request.uploads, sent.files, state.engine.fetch)
        timing.end("parse")
        body = run_tap_query(state.engine, request, uploads, step=timing.end)  # plans and runs, as for a job
        return await send(http, body, request.format, "result", timing, settings.sync_seconds)


DOOR = Door(
    endpoints=(Endpoint("/tap/sync", sync, FORM), *vosi.ENDPOINTS, *jobs.ENDPOINTS),
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
