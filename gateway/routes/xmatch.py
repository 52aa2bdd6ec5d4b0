"""Cross-match: `/xmatch` as CDS X-Match answers it, `/xmatch/list` gives a list back with what is near each source."""

from gateway.door import FORM, Door, Endpoint, late

HANDLERS = late("gateway.handlers.xmatch")
DOOR = Door(
    endpoints=(
        *(Endpoint(path, HANDLERS("sync"), FORM) for path in ("/xmatch", "/xmatch/api/v1/sync")),
        *(Endpoint(path, HANDLERS("tables"), FORM) for path in ("/xmatch/tables", "/xmatch/api/v1/sync/tables")),
        Endpoint("/xmatch/list", HANDLERS("whole_list"), ("POST",)),
    ),
    addresses=("/xmatch",),
    votable=True,
)
