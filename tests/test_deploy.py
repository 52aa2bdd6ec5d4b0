"""What is watched in a deployment is what the gateway measures."""

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from gateway.metrics import Metrics

DEPLOY = Path(__file__).parents[1] / "deploy"
NAME = re.compile(r"\bgateway_[a-z_]+")


@pytest.mark.parametrize("path", ["prometheus/alerts.yaml", "grafana/gateway.json"])
async def test_what_is_watched_is_measured(app: Starlette, path: str) -> None:
    metrics = Metrics()
    metrics.follow(lambda: app.state.gateway, None)
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    known = {family.name for family in families}
    watched = {re.sub("_(total|bucket)$", "", name) for name in NAME.findall((DEPLOY / path).read_text())}
    assert watched
    assert watched <= known
