"""The answer that the README shows is what is answered; its other blocks are run by tests/test_docs.py, as those of all pages."""

import json
from urllib.request import Request, urlopen

from pages import ROOT, blocks_of

SHOWN = list(blocks_of(ROOT / "README.md"))


def test_answer(server: str) -> None:
    question, answer = (next(block.text for block in SHOWN if block.language == name) for name in ("graphql", "json"))
    body = json.dumps({"query": question}).encode()
    with urlopen(Request(f"{server}/graphql", body, {"Content-Type": "application/json"}), timeout=30) as response:  # noqa: S310
        assert json.loads(response.read())["data"] == json.loads(answer)["data"]


def test_five_requests() -> None:
    assert sum(block.language in {"graphql", "sh", "python"} for block in SHOWN) == 5
