"""`/spica`: the survey to work in, as pages: programmes, targets, runs, the night and the import of targets."""

from gateway.door import Door, Endpoint, late
from gateway.page_refusals import page_refusal
from gateway.tour import TourRequest

HANDLERS = late("gateway.handlers.spica")
DOOR = Door(
    endpoints=(
        Endpoint("/spica", HANDLERS("programs")),
        Endpoint("/spica/programs/{name}", HANDLERS("program")),
        Endpoint("/spica/targets", HANDLERS("targets")),
        Endpoint("/spica/targets/{key}", HANDLERS("target")),
        Endpoint("/spica/night", HANDLERS("night")),
        Endpoint("/spica/import", HANDLERS("imports")),
    ),
    addresses=("/spica",),
    refuse=page_refusal,
    tour=(TourRequest("the survey", "/spica", right=lambda text: "S05" in text),),
)
