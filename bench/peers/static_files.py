"""Files of a folder over HTTP, as a catalogue's owner serves them: what a HATS collection made on the fly is beside."""

import os

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = Starlette(routes=[Mount("/", StaticFiles(directory=os.environ["STATIC_FILES"]))])
