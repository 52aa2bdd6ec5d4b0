"""GraphiQL, the page on which people write GraphQL, and `/static`: its assets are ours, none comes from elsewhere."""

from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gateway.door import Door

ASSETS = Path(__file__).parents[1] / "static"
PAGE = (ASSETS / "graphiql.html").read_text()
DOOR = Door(endpoints=(Mount("/static", StaticFiles(directory=ASSETS)),))
