"""`/night`: a night with SPICA as a VOTable for ASPRO2, or as its own file; browsers are led to its page."""

from gateway.door import FORM, Door, Endpoint, late
from gateway.tour import TourRequest

HANDLERS = late("gateway.handlers.night")
DOOR = Door(
    endpoints=(Endpoint("/night", HANDLERS("night"), FORM),),
    addresses=("/night",),
    votable=True,
    tour=(TourRequest("a night with SPICA", "/night", {"DATE": "2026-12-01"}, right=lambda text: "CalPrim" in text),),
)
