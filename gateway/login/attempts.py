"""Wrong passwords, counted by login and password: one that clients try again and again is one, and slows nobody else.

A login is never locked. After some wrong passwords a new one is tried for it once in a while; one that was right before
is always tried.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from planning.errors import GatewayError, Unauthenticated

FREE = 5
"""Wrong passwords of a login that slow nothing."""
LONGEST_PAUSE = 60.0
"""Seconds between two passwords of a login, at most."""
FORGOTTEN = 900.0
"""Seconds after the last wrong one in which they are forgotten."""
LOGINS = 10_000
"""Logins whose attempts are remembered: beyond them, those longest without one are forgotten."""
WRONG = 64
"""Wrong passwords of each that are remembered."""


class PasswordsSlowed(GatewayError):
    """Too many passwords were tried for a login."""

    code = "PASSWORDS_SLOWED"
    status = 429


@dataclass(slots=True)
class _Attempts:
    """What was tried for one login."""

    wrong: OrderedDict[bytes, float] = field(default_factory=OrderedDict)
    """When each was last found to be so, by its digest."""
    number: int = 0
    next_try: float = 0.0
    right: bytes = b""


class Attempts:
    """The passwords that were tried, by digests that a key of this process goes into.

    Parameters
    ----------
    remembered
        Seconds that a wrong password is refused without being tried again.
    """

    def __init__(self, remembered: float) -> None:
        self._remembered = remembered
        self._logins: OrderedDict[str, _Attempts] = OrderedDict()
        self._trying: dict[str, Counter[bytes]] = {}
        """By login, the passwords of which it is not known yet, and how many requests wait to know it."""

    @contextmanager
    def trying(self, login: str, digest: bytes) -> Iterator[None]:
        """Find out inside about a password that may be tried now; raises as `require`."""
        self.require(login, digest)
        waiting = self._trying.setdefault(login, Counter())
        waiting[digest] += 1
        try:
            yield
        finally:
            waiting[digest] -= 1
            if not waiting[digest]:
                del waiting[digest]
            if not waiting:
                self._trying.pop(login, None)

    def require(self, login: str, digest: bytes) -> None:
        """Whether a password may be tried now, which counts as one try where the login is slowed.

        Raises `Unauthenticated` for one that was wrong a moment ago, and `PasswordsSlowed` where another was tried, or
        as many as slow nothing are being tried.
        """
        attempts, now = self._logins.get(login) or _Attempts(), monotonic()
        if digest == attempts.right:
            return
        if attempts.wrong.get(digest, -math.inf) > now - self._remembered:
            raise wrong()
        others = self._trying.get(login, Counter()).keys() - {digest}
        if others and attempts.number + len(others) >= FREE:
            message = f"{len(others)} other passwords are being tried for this login: try again in 1 s"
            raise PasswordsSlowed(message, retry=1)
        wait = attempts.next_try - now
        if wait > 0:
            message = f"{attempts.number} wrong passwords were tried for this login: try again in {math.ceil(wait)} s"
            raise PasswordsSlowed(message, retry=math.ceil(wait))
        attempts.next_try = now + _pause(attempts.number)

    def found_right(self, login: str, digest: bytes) -> None:
        """Remember the password that is right, and forget the wrong ones."""
        self._put(login, _Attempts(right=digest))

    def found_wrong(self, login: str, digest: bytes) -> Unauthenticated:
        """Count a wrong password, once; returns the refusal."""
        attempts, now = self._logins.get(login) or _Attempts(), monotonic()
        if now - max(attempts.wrong.values(), default=now) > FORGOTTEN:
            attempts = _Attempts(right=attempts.right)
        if digest not in attempts.wrong:
            attempts.number += 1
            attempts.next_try = now + _pause(attempts.number)
        attempts.wrong[digest] = now
        attempts.wrong.move_to_end(digest)
        if len(attempts.wrong) > WRONG:
            attempts.wrong.popitem(last=False)
        if digest == attempts.right:
            attempts.right = b""
        self._put(login, attempts)
        return wrong()

    def _put(self, login: str, attempts: _Attempts) -> None:
        self._logins[login] = attempts
        self._logins.move_to_end(login)
        if len(self._logins) > LOGINS:
            self._logins.popitem(last=False)


def wrong() -> Unauthenticated:
    """The refusal of a wrong password, the same for a login that there is and one that there is not."""
    return Unauthenticated("The login or its password is wrong")


def _pause(number: int) -> float:
    """Seconds before the next password, after so many wrong ones: 0, and then 1, 2, 4 and so on."""
    return 0.0 if number < FREE else min(LONGEST_PAUSE, 2.0 ** (number - FREE))
