"""GraphiQL itself, as it is served, subscribes at the gateway's WebSocket: its own script, and its own fetcher, in node."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "gateway" / "static"
OPTIONS = """
const options = [];
const document = { baseURI: BASE, getElementById: () => null };
const React = { createElement: () => null };
const ReactDOM = { createRoot: () => ({ render: () => null }) };
const GraphiQL = { createFetcher: (given) => { options.push(given); } };
SCRIPT
console.log(JSON.stringify(options[0]));
"""


def node(script: str) -> Any:
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("page", "http", "ws"),
    [
        ("http://127.0.0.1:8000/graphql", "http://127.0.0.1:8000/graphql", "ws://127.0.0.1:8000/graphql"),
        ("https://tap.jmmc.fr/graphql?x=1", "https://tap.jmmc.fr/graphql", "wss://tap.jmmc.fr/graphql"),
        ("https://jmmc.fr/gateway/graphql#a", "https://jmmc.fr/gateway/graphql", "wss://jmmc.fr/gateway/graphql"),
        ("http://http.test/graphql", "http://http.test/graphql", "ws://http.test/graphql"),
    ],
)
def test_where_graphiql_asks(page: str, http: str, ws: str) -> None:
    """Beside the page, whatever a proxy puts before its path; over TLS where the page came over it."""
    script = (STATIC / "graphiql.js").read_text()
    assert node(OPTIONS.replace("BASE", json.dumps(page)).replace("SCRIPT", script)) == {
        "url": http,
        "subscriptionUrl": ws,
    }
