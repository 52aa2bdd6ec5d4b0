"""Linguistic collations that a server has, for databases that are to sort text as an ordinary server does."""

from collections.abc import Iterable

LIBC = "TEMPLATE template0{} LOCALE '{}'"
ICU = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
PROVIDERS = 15
"""Major version of PostgreSQL from which a database has a provider, which may be ICU."""
LINGUISTIC = """SELECT collcollate FROM pg_collation WHERE collprovider = 'c' AND collencoding IN (-1, 6)
AND collcollate NOT IN ('C', 'POSIX') AND collcollate !~* '^(C|POSIX)\\.'
ORDER BY collcollate !~* '^en_US\\.utf-?8$', collcollate"""
"""SQL: locales of libc that sort text as a language does, en_US.UTF-8 first."""
HAS_ICU = "SELECT EXISTS (SELECT FROM pg_collation WHERE collname LIKE '%-x-icu')"
"""SQL: whether the server is built with ICU; without it too there is a collation of that provider, `unicode`."""


def options(names: Iterable[str], *, libc: str | None, icu: bool, major: int) -> dict[str, str]:
    """What CREATE DATABASE says so that databases sort text otherwise than by bytes, by name; "" where it cannot.

    Parameters
    ----------
    names
        The databases: every second one is of ICU, the others of libc, where the server has both.
    libc
        A locale of libc (`LINGUISTIC`); None where it has none.
    icu
        Whether the server has ICU (`HAS_ICU`).
    major
        Major version of the server.
    """
    provided = major >= PROVIDERS
    of_libc = LIBC.format(" LOCALE_PROVIDER libc" if provided else "", libc) if libc else ""
    of_icu = ICU if icu and provided else of_libc
    return {name: of_icu if number % 2 else of_libc or of_icu for number, name in enumerate(names)}
