"""How Sphinx makes the pages: `make docs`. Nothing comes from elsewhere when they are read: no fonts, no scripts."""

import tomllib
from pathlib import Path

project = "JMMC gateway"
author = copyright = "Jean-Marie Mariotti Center"  # noqa: A001 - Sphinx's name
release = version = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]["version"]
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
nitpicky = True
myst_heading_anchors = 3
html_theme = "furo"
html_title = "JMMC gateway"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
templates_path = ["_templates"]
