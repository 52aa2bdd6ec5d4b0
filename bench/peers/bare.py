"""The bare endpoint: Starlette, a pool without its reset query, one statement a question that prints the JSON itself.

What a good hand writes where a GraphQL server is thought too slow. Of two ways to write the nested question, each hub
is asked in the faster one.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STARS = """
SELECT coalesce(json_agg(s), '[]')::text FROM (
  SELECT jsdc_id AS "jsdcId", name, raj2000 AS ra, dej2000 AS dec, e_raj2000 AS "eRa", e_dej2000 AS "eDec",
         ldd_chi2 AS "lddChi2", uddv, uddk, mainid_simbad AS "mainIdSimbad", sptype_simbad AS "spTypeSimbad",
         calflag AS "calFlag"
  FROM jsdc.star WHERE jsdc_id > $1 ORDER BY jsdc_id LIMIT 1000
) s
"""
PROGRAMS = """
WITH p AS MATERIALIZED (
  SELECT obs_program, obs_program_title, obs_program_pi_coi
  FROM obsportal.program WHERE obs_program > $1 ORDER BY obs_program LIMIT 100
), ranked AS (
  SELECT obs_program, obs_id, obs_type, instrument_mode_id, instrument_submode, interferometer_stations, target_id,
         row_number() OVER (PARTITION BY obs_program ORDER BY obs_id) AS rank
  FROM obsportal.observation WHERE obs_program = ANY(ARRAY(SELECT obs_program FROM p))
), o AS (
  SELECT obs_program, json_agg(json_build_object(
    'obsId', obs_id, 'obsType', obs_type, 'instrumentModeId', instrument_mode_id,
    'instrumentSubmode', instrument_submode, 'interferometerStations', interferometer_stations, 'targetId', target_id
  ) ORDER BY obs_id) AS observations
  FROM ranked WHERE rank <= 20 GROUP BY obs_program
)
SELECT coalesce(json_agg(json_build_object(
  'obsProgram', obs_program, 'obsProgramTitle', obs_program_title, 'obsProgramPiCoi', obs_program_pi_coi,
  'observations', coalesce(observations, '[]')) ORDER BY obs_program), '[]')::text
FROM p LEFT JOIN o USING (obs_program)
"""
LATERAL = """
SELECT coalesce(json_agg(s), '[]')::text FROM (
  SELECT obs_program AS "obsProgram", obs_program_title AS "obsProgramTitle", obs_program_pi_coi AS "obsProgramPiCoi", (
    SELECT coalesce(json_agg(o), '[]') FROM (
      SELECT obs_id AS "obsId", obs_type AS "obsType", instrument_mode_id AS "instrumentModeId",
             instrument_submode AS "instrumentSubmode", interferometer_stations AS "interferometerStations",
             target_id AS "targetId"
      FROM obsportal.observation x WHERE x.obs_program = p.obs_program ORDER BY obs_id LIMIT 20
    ) o) AS observations
  FROM obsportal.program p WHERE obs_program > $1 ORDER BY obs_program LIMIT 100
) s
"""
STATEMENTS = {"stars": (STARS, int), "programs": (LATERAL if os.environ.get("PEER_LOCAL") else PROGRAMS, str)}


async def answer(request: Request) -> Response:
    """Answer a question from one row."""
    text, key = STATEMENTS[request.path_params["question"]]
    async with request.app.state.pool.acquire() as connection:
        printed = await connection.fetchval(text, key(request.query_params["after"]))
    return Response(printed, media_type="application/json")


async def _keep(_connection: asyncpg.Connection) -> None:
    """No session state is left on a connection."""


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    settings = {"jit": "off"}
    async with asyncpg.create_pool(
        os.environ["PEER_HUB"], min_size=1, max_size=16, reset=_keep, server_settings=settings
    ) as pool:
        app.state.pool = pool
        yield


if __name__ == "__main__":
    app = Starlette(routes=[Route("/{question}", answer)], lifespan=_lifespan)
    uvicorn.run(app, port=int(os.environ["PEER_PORT"]), log_level="warning", access_log=False)
