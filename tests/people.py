"""Six people who can log in, by a provider that answers over HTTP, and a gateway that knows them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from serving import patient

from gateway.commands.demo_people import provided
from gateway.commands.provider import AUDIENCE, CLIENT, LOGIN, Provider
from gateway.settings import Settings
from sample.federation import Federation


@contextmanager
def served() -> Iterator[Provider]:
    with provided({}) as provider:
        assert provider
        yield provider


def verified_by(provider: Provider) -> dict[str, Any]:
    """Settings by which its people log in."""
    return {
        "oidc_issuer": provider.address, "oidc_audience": AUDIENCE, "oidc_login": LOGIN,
        "oidc_client": CLIENT, "account_service": provider.account_service,
    }  # fmt: skip


def knowing(provider: Provider, federation: Federation, **told: Any) -> Settings:
    """Settings of a gateway that they log in to."""
    databases = {"hub_jobs": federation.jobs, "spica_writer": federation.source_writers["spica"]}
    return patient(federation, **verified_by(provider) | databases | told)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{login}:{password}'.encode()).decode()}"}
