"""The doors of the gateway, in the order of `/` and of the tour: a line here and a module in `routes/` make one."""

from gateway.door import Door
from gateway.routes import (
    catalogs,
    cone,
    datalink,
    docs,
    exposure,
    getstar,
    graphiql,
    graphql,
    health,
    moc,
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
    moc.DOOR,
    health.DOOR,
    docs.DOOR,
    graphiql.DOOR,
)
