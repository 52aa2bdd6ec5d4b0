"""`/compare`: a list of names or places, compared with all databases, as a page or as a table."""

from gateway.door import Door, Endpoint, late
from gateway.routes.browse import browse_refusal
from gateway.tour import TourRequest

DOOR = Door(
    endpoints=(Endpoint("/compare", late("gateway.handlers.compare")("compare")),),
    addresses=("/compare",),
    refuse=browse_refusal,
    tour=(
        TourRequest(
            "a list, compared", "/compare", {"list": "eps Gem", "format": "csv"}, right=lambda text: "HD 48329" in text
        ),
    ),
)
