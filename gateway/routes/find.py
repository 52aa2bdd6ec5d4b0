"""`/find?text=`: from the box of the home page to what is called so."""

from gateway.door import Door, Endpoint, late
from gateway.routes.star import star_refusal
from gateway.tour import TourRequest

HANDLERS = late("gateway.handlers.home")
DOOR = Door(
    endpoints=(Endpoint("/find", HANDLERS("find")),),
    addresses=("/find",),
    refuse=star_refusal,
    tour=(TourRequest("what is called so", "/find", {"text": "eps Gem"}, right=lambda text: "HD 48329" in text),),
)
