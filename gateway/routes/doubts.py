"""`/doubts`: records whose star is not sure, with the stars that it could be, as a page or as JSON."""

from gateway.door import Door, Endpoint, late
from gateway.tour import TourRequest

DOOR = Door(
    endpoints=(Endpoint("/doubts", late("gateway.handlers.doubts")("doubts")),),
    addresses=("/doubts",),
    tour=(TourRequest("doubts of identification", "/doubts", right=lambda text: "AMBIGUOUS" in text),),
)
