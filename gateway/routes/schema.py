"""`/schema`: every table and column with units, UCDs, codes and descriptions, as a page or as JSON."""

from gateway.door import Door, Endpoint, late
from gateway.tour import TourRequest

DOOR = Door(
    endpoints=(Endpoint("/schema", late("gateway.handlers.schema")("schema")),),
    addresses=("/schema",),
    tour=(TourRequest("tables and columns", "/schema", {"q": "diameter"}, right=lambda text: "mas" in text),),
)
