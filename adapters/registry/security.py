"""How a client may log in to a service, in its capabilities (VOResource 1.1 section 3.2.1, SSO 2.0 section 2.3)."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

SSO = "ivo://ivoa.net/sso#"
BASIC = f"{SSO}BasicAA"
COOKIE = f"{SSO}cookie"
OAUTH = f"{SSO}OAuth"
PERSONAL = ("VOSI#table-load-sync-1.x", "VOSI#table-update-async-1.x", "VOSI#table-permissions-1.x")
"""Standards of services that are for people with an account alone."""


def secure(document: Element, methods: Sequence[str]) -> None:
    """Have every interface of a document say that nobody needs to log in, and by which methods one may.

    pyvo sends a password only where a securityMethod names its way, and asks without one only where an empty one says
    that it may.
    """
    for capability in document.iter("capability"):
        personal = (capability.get("standardID") or "").endswith(PERSONAL)
        for interface in capability.iter("interface"):
            _secure(interface, methods if personal else ("", *methods))


def _secure(interface: Element, methods: Sequence[str]) -> None:
    after = 1 + max(place for place, child in enumerate(interface) if child.tag == "accessURL")
    for number, method in enumerate(methods):
        named = {"standardID": method} if method else {}
        interface.insert(after + number, interface.makeelement("securityMethod", named))
