"""Whose a login is: their aliases and delegations, as SPICA-DB keeps them, and their groups."""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from gateway.login.verified import BELIEVED, Verified
from hub.accounts import Account, Accounts
from planning.asker import ADMINS, Asker
from planning.errors import SourceUnavailable

RETRY = 5.0
"""Seconds before it is asked again that did not answer."""
LOGINS = 10_000
"""Accounts that are remembered, those asked for last."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    account: Account
    until: float


class People:
    """Those who may log in.

    Parameters
    ----------
    accounts
        Reads aliases and delegations; None where nobody has any.
    admins
        Logins in lower case that are in the group `ADMINS`, whatever their account says.
    """

    def __init__(self, accounts: Accounts | None, admins: frozenset[str]) -> None:
        self._accounts = accounts
        self._admins = admins
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def asker(self, verified: Verified) -> Asker:
        """The person of a login.

        While SPICA-DB does not answer they are as it last said; one of whom it has said nothing yet has no aliases, and
        so sees and changes nothing that others may not.
        """
        account = await self._account(verified.login)
        groups = verified.groups | {ADMINS} if verified.login in self._admins else verified.groups
        return Asker(verified.login, account.aliases, account.delegations, groups, verified.writes)

    async def _account(self, login: str) -> Account:
        if self._accounts is None:
            return Account()
        remembered = self._remembered.get(login)
        if remembered is None or remembered.until < monotonic():
            remembered = await self._read(self._accounts, login, remembered)
            self._remembered[login] = remembered
            if len(self._remembered) > LOGINS:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(login)
        return remembered.account

    @staticmethod
    async def _read(accounts: Accounts, login: str, earlier: _Remembered | None) -> _Remembered:
        try:
            return _Remembered(await accounts.of(login), monotonic() + BELIEVED)
        except SourceUnavailable:  # which is in the log
            return _Remembered(earlier.account if earlier else Account(), monotonic() + RETRY)
