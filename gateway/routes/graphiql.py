"""GraphiQL, the page on which people write GraphQL, and `/static`: its assets are ours, none comes from elsewhere."""

from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gateway.door import Door
from gateway.page_policy import page_policy

ASSETS = Path(__file__).parents[1] / "static"
PAGE = (ASSETS / "graphiql.html").read_text()
POLICY = page_policy(
    script_src="'self'",
    style_src="'self' 'unsafe-inline'",
    img_src="'self' data:",
    font_src="data:",
    connect_src="'self'",
)
"""Its editor writes styles as it goes."""
DOOR = Door(endpoints=(Mount("/static", StaticFiles(directory=ASSETS)),))
