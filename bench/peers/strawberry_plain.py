"""Plain Strawberry: types, resolvers and a DataLoader as its documentation writes them, over the same tables."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NewType

import asyncpg
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

Long = NewType("Long", int)
CONFIG = StrawberryConfig(scalar_map={Long: strawberry.scalar(name="Long", serialize=int, parse_value=int)})
EXPOSURES = """
SELECT exp_id, exp_mjd_start, exp_tau0, exp_seeing, instrument_name, instrument_mode, target_id FROM (
  SELECT *, row_number() OVER (PARTITION BY target_id ORDER BY exp_id) AS rank
  FROM obsportal.exposure WHERE target_id = ANY($1)
) ranked WHERE rank <= $2 ORDER BY rank
"""
STARS = """
SELECT jsdc_id, name, raj2000 AS ra, dej2000 AS dec, e_raj2000 AS e_ra, e_dej2000 AS e_dec, ldd_chi2, uddv, uddk,
       mainid_simbad AS main_id_simbad, sptype_simbad AS sp_type_simbad, calflag AS cal_flag
FROM jsdc.star WHERE jsdc_id > $1 ORDER BY jsdc_id LIMIT $2
"""
TARGETS = """
SELECT target_id, target_name, target_ra, target_dec FROM obsportal.target WHERE target_id > $1 ORDER BY target_id LIMIT $2
"""


@strawberry.type
class Star:
    """A star."""

    jsdc_id: Long
    name: str | None
    ra: float | None
    dec: float | None
    e_ra: float | None
    e_dec: float | None
    ldd_chi2: float | None
    uddv: float | None
    uddk: float | None
    main_id_simbad: str | None
    sp_type_simbad: str | None
    cal_flag: int | None


@strawberry.type
class Exposure:
    """An exposure."""

    exp_id: str
    exp_mjd_start: float | None
    exp_tau0: float | None
    exp_seeing: float | None
    instrument_name: str | None
    instrument_mode: str | None
    target_id: strawberry.Private[int]


@strawberry.type
class Target:
    """A target."""

    target_id: int
    target_name: str | None
    target_ra: float | None
    target_dec: float | None

    @strawberry.field
    async def exposures(self, info: strawberry.Info, first: int) -> list[Exposure]:
        """Its first exposures."""
        found: list[Exposure] = await info.context["exposures"].load((self.target_id, first))
        return found


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def stars(self, info: strawberry.Info, after: Long, first: int) -> list[Star]:
        """Stars in the order of their numbers."""
        return [Star(**row) for row in await info.context["pool"].fetch(STARS, after, first)]

    @strawberry.field
    async def targets(self, info: strawberry.Info, after: int, first: int) -> list[Target]:
        """Targets in the order of their numbers."""
        return [Target(**row) for row in await info.context["pool"].fetch(TARGETS, after, first)]


class Server(GraphQL[dict[str, Any], None]):
    """The view, with a pool and a loader a request in its context."""

    def __init__(self, schema: strawberry.Schema) -> None:
        super().__init__(schema)
        self.pool: asyncpg.Pool | None = None

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        """Make the context of a request."""
        told = await super().get_context(request, response)
        return {**told, "pool": self.pool, "exposures": DataLoader(load_fn=self.load)}

    async def load(self, keys: list[tuple[int, int]]) -> list[list[Exposure]]:
        """Exposures of many targets."""
        assert self.pool is not None  # noqa: S101 - told to mypy
        found: defaultdict[int, list[Exposure]] = defaultdict(list)
        for row in await self.pool.fetch(EXPOSURES, [target for target, _ in keys], keys[0][1]):
            found[row["target_id"]].append(Exposure(**row))
        return [found[target] for target, _ in keys]

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Hold the pool for as long as the server runs."""
        async with asyncpg.create_pool(os.environ["PEER_HUB"], min_size=1, max_size=16, server_settings={"jit": "off"}) as pool:
            self.pool = pool
            yield


if __name__ == "__main__":
    server = Server(strawberry.Schema(Query, config=CONFIG))
    app = Starlette(lifespan=server.lifespan)
    app.add_route("/graphql", server)  # type: ignore[arg-type]
    uvicorn.run(app, port=int(os.environ["PEER_PORT"]), log_level="warning", access_log=False)
