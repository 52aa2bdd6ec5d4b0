"""The page of what is not shown: why, and what whoever reads it can do."""

from adapters.page.rendering import rendered
from planning.asker import asker
from planning.errors import GatewayError


def refusal_page(error: GatewayError, address: str, language: str) -> str:
    """Write it.

    Parameters
    ----------
    error
        What was wrong.
    address
        Path and query of what was asked: a login leads back there.
    language
        One of `LANGUAGES`.
    """
    return rendered(
        "refused.html", language, message=error.message, status=error.status, address=address, reader=asker()
    )
