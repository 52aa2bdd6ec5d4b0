"""`/hips/{table}/…`: each table with positions as a catalogue HiPS, and its density as an image; `/hipslist`: all."""

from gateway.door import Door, Endpoint, late
from gateway.tour import TourRequest

HANDLERS = late("gateway.handlers.hips")
DOOR = Door(
    endpoints=(Endpoint("/hips/{table}/{path:path}", HANDLERS("hips")), Endpoint("/hipslist", HANDLERS("hips_list"))),
    addresses=("/hips/{table}/properties", "/hipslist"),
    votable=True,
    tour=(
        TourRequest(
            "the brightest stars as tiles", "/hips/jsdc.star/Norder1/Allsky.tsv", right=lambda text: "# Compl" in text
        ),
    ),
)
