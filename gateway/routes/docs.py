"""`/docs`: the pages of `docs/`, as `make docs` builds them and the package ships them."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.door import Door
from gateway.page_policy import page_policy

SITE = Path(__file__).parents[1] / "site"
ABSENT = (
    "The pages are not built: `make docs` in a checkout builds them. Until then they can be read in its folder docs/."
)
POLICY = page_policy(
    script_src="'self'", style_src="'self' 'unsafe-inline'", img_src="'self' data:", font_src="'self'",
    connect_src="'self'", form_action="'self'",
)  # fmt: skip
"""The theme writes its colours into each page; the search sends its form to a page."""


class Pages(StaticFiles):
    """Files, which send from a folder's name to the folder by a relative address, whatever this host is called."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; raises `HTTPException`."""
        response = await super().get_response(path, scope)
        if isinstance(response, RedirectResponse):
            return _to_folder(scope)
        response.headers.update(POLICY)
        return response


async def front(request: Request) -> Response:
    """Send from `/docs` to the folder."""
    return _to_folder(request.scope)


def _to_folder(scope: Scope) -> Response:
    return RedirectResponse(f"{scope['path'].rpartition('/')[2]}/")


def mount(site: Path = SITE) -> Mount:
    """The pages at `/docs`; a sentence that says how to build them, where they are not."""
    if not (site / "index.html").exists():
        return Mount("/docs", PlainTextResponse(ABSENT, 404))
    return Mount("/docs", Pages(directory=site, html=True))


DOOR = Door(endpoints=(Route("/docs", front), mount()), addresses=("/docs",))
