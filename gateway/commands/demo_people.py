"""The people of the demo: a provider for them, beside the gateway, and how to log in as each."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from rich.console import Console

from gateway.commands.provider import AUDIENCE, CLIENT, LOGIN, PEOPLE, Provider
from gateway.settings import PREFIX

OF_OTHERS = (f"{PREFIX}OIDC_ISSUER", f"{PREFIX}ACCOUNT_SERVICE")
"""Settings with which people log in by a provider of one's own."""


@contextmanager
def provided(environment: Mapping[str, str]) -> Iterator[Provider | None]:
    """Serve a provider while inside; None where the environment names another one."""
    if any(environment.get(name) for name in OF_OTHERS):
        yield None
        return
    listening = socket.create_server(("127.0.0.1", 0))
    provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, log_level="warning"))
    serving = threading.Thread(target=server.run, args=([listening],), daemon=True)
    serving.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        serving.join()


def login_settings(provider: Provider | None) -> dict[str, str]:
    """The settings by which its people log in."""
    if provider is None:
        return {}
    told = {
        "OIDC_ISSUER": provider.address, "OIDC_AUDIENCE": AUDIENCE, "OIDC_LOGIN": LOGIN,
        "OIDC_CLIENT": CLIENT, "ACCOUNT_SERVICE": provider.account_service,
    }  # fmt: skip
    return {f"{PREFIX}{name}": value for name, value in told.items()}


def introduce(console: Console, url: str, provider: Provider) -> None:
    """Print who there is, and how to log in as each to the gateway at `url`."""
    console.print("\n[bold]Log in[/bold], by these passwords of this demo:")
    for person in PEOPLE:
        console.print(
            f"  {person.login:10} {provider.passwords[person.login]}  {person.role}", markup=False, soft_wrap=True
        )
    login = "pi-s01"
    password = provider.passwords[login]
    form = f"-d grant_type=password -d username={login} -d password={password}"
    console.print(f"  in a browser: {url}/login", markup=False)
    console.print(f"  by password: curl -u {login}:{password} {url}/account", markup=False, soft_wrap=True)
    console.print(f"  an access token: curl -s {provider.address}/token {form}", markup=False, soft_wrap=True)
    console.print(f"  which is sent as: curl -H 'Authorization: Bearer …' {url}/account", markup=False, soft_wrap=True)
