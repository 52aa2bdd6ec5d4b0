"""The doors of the gateway, in the order of `/` and of the tour: a line here and a module in `routes/` make one.

Those that settings open beside them are added in `gateway/app.py`.
"""

from gateway.door import Door
from gateway.routes import (
    catalogs,
    cone,
    datalink,
    docs,
    exposure,
    get_data,
    getstar,
    graphiql,
    graphql,
    health,
    moc,
    night,
    oai,
    obsportal,
    oidb,
    sia,
    tap,
    xmatch,
)

DOORS: tuple[Door, ...] = (
    graphql.DOOR,
    cone.DOOR,
    obsportal.DOOR,
    exposure.DOOR,
    tap.DOOR,
    xmatch.DOOR,
    sia.DOOR,
    getstar.DOOR,
    oidb.DOOR,
    catalogs.DOOR,
    oai.DOOR,
    datalink.DOOR,
    get_data.DOOR,
    moc.DOOR,
    night.DOOR,
    health.DOOR,
    docs.DOOR,
    graphiql.DOOR,
)
