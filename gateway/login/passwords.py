"""Passwords, which the JMMC's account service knows: it is asked as its realm in eXist-db asks it.

A form is posted with `action=checkPassword`, `email` and `password`, and the answer has an element `true` or none; one
with `action=getInfo` and `email` is answered by elements `credential`, each of which holds one that is named like a
group (JMMCRealm.java of JMMC-OpenDev/jmmc-realm).
"""

import secrets
import time
from hashlib import blake2b
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gateway.login.attempts import Attempts
from gateway.login.credentials import account_login
from gateway.login.outgoing import fetched, unavailable
from gateway.login.verified import BELIEVED, Kind, Verified
from hub.threads import Threads

AT_ONCE = 2
"""Passwords that the service is asked at once."""
PATIENCE = 5.0
"""Seconds that a password waits for its turn."""


class Passwords:
    """Verifies passwords by an account service.

    Parameters
    ----------
    address
        Where the service is.
    part
        The part of those asked at once that may be of one client.
    """

    def __init__(self, address: str, part: float) -> None:
        self._address = address
        self._key = secrets.token_bytes(32)
        self._attempts = Attempts(BELIEVED)
        self._threads = Threads("passwords being verified", AT_ONCE, part, PATIENCE)

    async def verified(self, name: str, password: str) -> Verified:
        """Verify the password of a login, which the service is told as it was typed.

        Raises `Unauthenticated` for a wrong one, `PasswordsSlowed` after many of them, `LoginUnavailable` where the
        service does not answer, and `ShareTaken` or `Busy` where too many are verified already.
        """
        login, typed = account_login(name), name.strip()
        digest = blake2b(f"{typed}\0{password}".encode(), key=self._key, digest_size=16).digest()
        with self._attempts.trying(login, digest):
            groups = await self._threads.run(_groups, self._address, typed, password)
            if groups is None:
                raise self._attempts.found_wrong(login, digest)
            self._attempts.found_right(login, digest)
        return Verified(login, Kind.PASSWORD, time.time() + BELIEVED, groups)


def _groups(address: str, name: str, password: str) -> frozenset[str] | None:
    """Groups of the account whose password this is; None where it is not. Blocks, and raises `LoginUnavailable`."""
    checked = _answer(address, {"action": "checkPassword", "email": name, "password": password})
    if checked.tag != "true" and checked.find(".//true") is None:
        return None
    told = _answer(address, {"action": "getInfo", "email": name})
    return frozenset(group.tag for credential in told.iter("credential") for group in list(credential)[:1])


def _answer(address: str, form: dict[str, str]) -> Element:
    try:
        answer: Element = fromstring(fetched(address, form))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise unavailable() from error
    return answer
