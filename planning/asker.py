"""Who asks: the person whom rights are decided by, and how all work of a request knows them.

Who asks is said by a context variable, as who holds a share is (`hub.shares`): the door sets it once the credentials
of a request are verified, before anything runs. The gateway's own work asks as nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

ADMINS = "admin"
"""The group whose members may see and change everything."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, or a service, that has logged in; `NOBODY` for who has not."""

    login: str = ""
    """Name of the account, in lower case: an e-mail address at the JMMC. "" for nobody."""
    aliases: frozenset[str] = frozenset()
    """Names that principal investigators are called by (`piname`, `datapi`), in capitals."""
    delegations: frozenset[tuple[str, str]] = frozenset()
    """Who lets them act, alias of a principal investigator in capitals; where, a catalogue, collection or programme."""
    groups: frozenset[str] = frozenset()
    """Groups of the account; one that a catalogue's name begins with makes an administrator of it."""
    writes: bool = True
    """Whether the credential may change something: a token may be for reading alone."""
    may_log_in: bool = field(default=False, compare=False)
    """Of nobody: whether there is a way to log in. No right goes by it."""

    @property
    def known(self) -> bool:
        """Whether somebody has logged in."""
        return bool(self.login)

    def acts_for(self, catalogue: str) -> frozenset[str]:
        """The names in capitals whose rows of a catalogue are theirs: their own, and of whom they may act for there."""
        let = (owner for owner, where in self.delegations if where and catalogue.startswith(where))
        return self.aliases | frozenset(let)

    @property
    def collections(self) -> dict[str, list[str]]:
        """The names in capitals of whom they may act for, by catalogue, collection or programme."""
        return {
            place: sorted(owner for owner, where in self.delegations if where == place)
            for place in sorted({where for _, where in self.delegations if where})
        }

    def administers(self, catalogue: str = "") -> bool:
        """Whether they may see and change all of a catalogue; "" for every one."""
        return ADMINS in self.groups or any(group and catalogue.startswith(group) for group in self.groups)


NOBODY = Asker()
VISITOR = Asker(may_log_in=True)
"""Nobody, where people can log in."""
_ASKER: ContextVar[Asker] = ContextVar("asker", default=NOBODY)


def asker() -> Asker:
    """The person that the work at hand is done for."""
    return _ASKER.get()


@contextmanager
def asked_by(person: Asker) -> Iterator[None]:
    """Do what is inside, tasks begun there included, for a person."""
    token = _ASKER.set(person)
    try:
        yield
    finally:
        _ASKER.reset(token)
