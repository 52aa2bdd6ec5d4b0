"""`/statistics`: what was observed, when and by which instrument, and how far the survey is, as a page, JSON or CSV."""

from gateway.door import Door, Endpoint, late
from gateway.tour import TourRequest

DOOR = Door(
    endpoints=(Endpoint("/statistics", late("gateway.handlers.statistics")("statistics")),),
    addresses=("/statistics",),
    tour=(TourRequest("statistics", "/statistics", right=lambda text: "SPICA" in text),),
)
