"""Pages of `docs/astronomers/` as Jupyter notebooks: their Python is the cells, their prose what is between."""

import json
import re

CELL = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SELF = re.compile(r"\s*\[As a Jupyter\s+notebook\]\([\w-]+\.ipynb\)(?:;|\.)?")
"""Where a page leads to its own notebook."""
PAGE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
"""A link to another page, which the notebook does not lie beside."""


def notebook(page: str) -> str:
    """Make a notebook (nbformat 4.5, without outputs) of a page of MyST Markdown.

    Parameters
    ----------
    page
        Text of the page. Links to other pages become plain text.
    """
    parts = CELL.split(page)
    cells = [
        cell
        for number, text in enumerate(parts)
        if text.strip()
        for cell in [_code(number, text) if number % 2 else _prose(number, text)]
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n"


def _code(number: int, text: str) -> dict[str, object]:
    source = text.rstrip("\n").splitlines(keepends=True)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _prose(number: int, text: str) -> dict[str, object]:
    plain = PAGE.sub(r"\1", SELF.sub("", text)).strip("\n")
    return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": plain.splitlines(keepends=True)}
