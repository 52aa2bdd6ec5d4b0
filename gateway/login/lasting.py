"""Connections that last, WebSockets and event streams: they end with the login that they were begun with."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.login.credentials import Credentials
from gateway.login.logins import Login, Logins
from planning.errors import GatewayError, Unauthenticated

SHORTEST = 1.0
"""Seconds between two looks at a login, at least."""


class LoginEnded(Exception):
    """The login of a connection has ended, or its rights have changed."""


async def until_changed(logins: Logins, given: Credentials, login: Login) -> None:
    """Return once these credentials log nobody in any more, or somebody with other rights than `login` had.

    They are verified each time that they are no longer believed. While they cannot be, nothing has changed.
    """
    until = login.until
    while True:
        await asyncio.sleep(max(SHORTEST, until - time.time()))
        try:
            again = await logins.login(given)
        except Unauthenticated:
            return
        except GatewayError:
            continue
        if again.asker != login.asker:
            return
        until = again.until


@asynccontextmanager
async def while_logged_in(logins: Logins, given: Credentials, login: Login) -> AsyncIterator[None]:
    """Do what is inside as long as the login stays as it is; then it is cancelled, and `LoginEnded` raised."""

    async def end(limit: asyncio.Timeout) -> None:
        await until_changed(logins, given, login)
        limit.reschedule(asyncio.get_running_loop().time())

    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(end(limit))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError as error:
        if limit.expired():
            raise LoginEnded from error
        raise
