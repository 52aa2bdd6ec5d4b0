"""How a client may log in, as answers say it: headers WWW-Authenticate, and securityMethods of VOSI's capabilities.

Clients of the Virtual Observatory read either the ones or the others: pyvo securityMethods alone, STILTS challenges,
the first that it knows (AuthVO, IVOA draft of 2025). Each challenge has a header of its own: few clients split one.
"""

from collections.abc import Iterator

from adapters.registry.security import BASIC, COOKIE, OAUTH
from gateway.settings import Settings

REALM = "jmmc account"
"""As the JMMC's own services call it."""
RESOURCE = "/.well-known/oauth-protected-resource"
"""Path of the document that says which provider's tokens are taken (RFC 9728)."""
LOGIN = "/login"


def challenges(settings: Settings, base: str) -> Iterator[str]:
    """Values of WWW-Authenticate; `base` is the public address of the gateway."""
    if settings.account_service and settings.hub_jobs:
        yield cookie_challenge(base)
    if settings.account_service:
        yield f'Basic realm="{REALM}"'
    if settings.oidc_issuer:
        yield f'Bearer resource_metadata="{base}{RESOURCE}"'


def cookie_challenge(base: str) -> str:
    """That of a session (AuthVO), which no browser knows: it shows the page of a 401, and no dialog of its own."""
    return f'ivoa_cookie standard_id="{BASIC}", access_url="{base}{LOGIN}"'


def security_methods(settings: Settings) -> tuple[str, ...]:
    """Identifiers of the ways to log in, beside not to; none where nobody can."""
    if not settings.logs_in:
        return ()
    offered = {BASIC: settings.account_service, COOKIE: settings.hub_jobs, OAUTH: settings.oidc_issuer}
    return tuple(method for method, there in offered.items() if there)
