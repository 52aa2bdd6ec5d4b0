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
OBSERVATIONS = """
SELECT obs_id, obs_type, instrument_mode_id, instrument_submode, interferometer_stations, target_id, obs_program FROM (
  SELECT *, row_number() OVER (PARTITION BY obs_program ORDER BY obs_id) AS rank
  FROM obsportal.observation WHERE obs_program = ANY($1)
) ranked WHERE rank <= $2 ORDER BY rank
"""
STARS = """
SELECT jsdc_id, name, raj2000 AS ra, dej2000 AS dec, e_raj2000 AS e_ra, e_dej2000 AS e_dec, ldd_chi2, uddv, uddk,
       mainid_simbad AS main_id_simbad, sptype_simbad AS sp_type_simbad, calflag AS cal_flag
FROM jsdc.star WHERE jsdc_id > $1 ORDER BY jsdc_id LIMIT $2
"""
PROGRAMS = """
SELECT obs_program, obs_program_title, obs_program_pi_coi FROM obsportal.program
WHERE obs_program > $1 ORDER BY obs_program LIMIT $2
"""


@strawberry.type(name="Star")
class PlainStar:
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
class Observation:
    """An observation."""

    obs_id: int
    obs_type: str | None
    instrument_mode_id: int | None
    instrument_submode: str | None
    interferometer_stations: str | None
    target_id: int | None
    obs_program: strawberry.Private[str]


@strawberry.type
class Program:
    """A programme."""

    obs_program: str
    obs_program_title: str | None
    obs_program_pi_coi: str | None

    @strawberry.field
    async def observations(self, info: strawberry.Info, first: int) -> list[Observation]:
        """Its first observations."""
        rows: list[Observation] = await info.context["observations"].load((self.obs_program, first))
        return rows


@strawberry.type(name="Query")
class PlainQuery:
    """The root type of queries."""

    @strawberry.field
    async def stars(self, info: strawberry.Info, after: Long, first: int) -> list[PlainStar]:
        """Stars in the order of their numbers."""
        return [PlainStar(**row) for row in await info.context["pool"].fetch(STARS, after, first)]

    @strawberry.field
    async def programs(self, info: strawberry.Info, after: str, first: int) -> list[Program]:
        """Programmes in the order of their names."""
        return [Program(**row) for row in await info.context["pool"].fetch(PROGRAMS, after, first)]


class PlainServer(GraphQL[dict[str, Any], None]):
    """The ASGI view; the context of a request has the pool and a DataLoader."""

    def __init__(self, schema: strawberry.Schema) -> None:
        super().__init__(schema)
        self.pool: asyncpg.Pool | None = None

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        """Make the context of a request."""
        context = await super().get_context(request, response)
        return {**context, "pool": self.pool, "observations": DataLoader(load_fn=self.load)}

    async def load(self, keys: list[tuple[str, int]]) -> list[list[Observation]]:
        """Load the observations of many programmes in one statement."""
        assert self.pool is not None  # noqa: S101 - told to mypy
        by_program: defaultdict[str, list[Observation]] = defaultdict(list)
        for row in await self.pool.fetch(OBSERVATIONS, [program for program, _ in keys], keys[0][1]):
            by_program[row["obs_program"]].append(Observation(**row))
        return [by_program[program] for program, _ in keys]

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Hold the pool for as long as the server runs."""
        async with asyncpg.create_pool(
            os.environ["PEER_HUB"], min_size=1, max_size=16, server_settings={"jit": "off"}
        ) as pool:
            self.pool = pool
            yield


if __name__ == "__main__":
    server = PlainServer(strawberry.Schema(PlainQuery, config=CONFIG))
    app = Starlette(lifespan=server.lifespan)
    app.add_route("/graphql", server)  # type: ignore[arg-type]
    uvicorn.run(app, port=int(os.environ["PEER_PORT"]), log_level="warning", access_log=False)
