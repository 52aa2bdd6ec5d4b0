"""`/hats/{table}/…`: each table with positions as a HATS collection, whose files are made when they are asked for."""

from gateway.door import Door, Endpoint, late
from gateway.refusals import votable_refusal
from gateway.tour import TourRequest

HANDLERS = late("gateway.handlers.hats")
DOOR = Door(
    endpoints=(Endpoint("/hats/{table}/{path:path}", HANDLERS("hats"), ("GET", "HEAD")),),
    addresses=("/hats/{table}/collection.properties",),
    refuse=votable_refusal,
    tour=(
        TourRequest(
            "where the partitions of the stars are, for LSDB",
            "/hats/jsdc.star/collection.properties",
            right=lambda text: "hats_primary_table_url" in text,
        ),
    ),
)
