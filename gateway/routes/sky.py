"""`/sky`: the sky in Aladin Lite, with the gateway's tables and coverages on it; `/sky/tiles`: what is behind them."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.door import Door, Endpoint, late
from gateway.page_policy import page_policy
from gateway.routes.browse import browse_refusal
from gateway.tour import TourRequest

TILES = Path(__file__).parents[2] / "adapters" / "page" / "hips"
"""A small HiPS of our own, which `sample/sky_tiles.py` has drawn."""
STYLES = (
    "'unsafe-hashes' 'sha256-cEnY4wnnUdAaYodEHQq0zu+362EwEHHSAlawP4BBKmw='"
    " 'sha256-wkY2X5hecQzbhnFCqvTpwrUJ1f4X8LH5WFjYUzv1wmU='"
)
"""What Aladin Lite 3.8.2 puts into the page: its style sheet, and the attribute `style="font-weight:bold"`."""
POLICY = page_policy(
    script_src="'self' 'wasm-unsafe-eval'",
    style_src=f"'self' {STYLES}",
    img_src="'self' data: blob:",
    connect_src="'self' data:",
    worker_src="blob:",
    form_action="'self'",
)
"""What this page may do: Aladin's WebAssembly is in its script, as a `data:` address that it asks."""
KEPT = {"Cache-Control": "public, max-age=86400"}


class Tiles(StaticFiles):
    """The tiles, which rarely change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; raises `HTTPException`."""
        response = await super().get_response(path, scope)
        response.headers.update(KEPT)
        return response


DOOR = Door(
    endpoints=(Endpoint("/sky", late("gateway.handlers.sky")("sky")), Mount("/sky/tiles", Tiles(directory=TILES))),
    addresses=("/sky",),
    refuse=browse_refusal,
    tour=(TourRequest("layers of the sky", "/sky", {"format": "json"}, right=lambda text: "jsdc.star" in text),),
)
