"""GraphiQL, the page on which people write GraphQL; its assets are ours to serve, none comes from elsewhere."""

from pathlib import Path

ASSETS = Path(__file__).parents[1] / "static"
PAGE = (ASSETS / "graphiql.html").read_text()
