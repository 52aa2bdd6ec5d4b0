"""Data Origin: INFOs that say how an answer was asked for, and where its data come from.

IVOA Note "Data Origin in the VO" 1.1: those of the query (its table 1) stand at the root of the document, those of the
data (table 2) in its RESOURCE. The door that is asked says the first by a context variable, so that whatever document
is written for a request has them; a document that no door is asked for, as that of a job, has them but for the request.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.metadata import version
from xml.sax.saxutils import quoteattr

from adapters.votable.fields import element, legal_xml
from schema.catalog import ALL
from schema.origin import PUBLISHER, SUPPORT, Origin
from schema.table import PUBLISHED

Pair = tuple[str, str]
"""Name and value of an INFO."""
UCDS = {"citation": "meta.bib.bibcode", "article": "meta.bib.bibcode"}
"""UCDs of INFOs by name, for clients that look for them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How an answer was asked for."""

    protocol: str = ""
    """IVOID of the standard that was spoken; "" for none."""
    service: str = ""
    """How the IVOID of the service ends, as `tap`; "" for one without a record."""
    request: str = ""
    """URL with the parameters, those of a form too; "" where they are too long to be repeated, or are none."""
    authority: str = ""
    """Naming authority of IVOIDs; "" leaves them out."""
    annotated: bool = False
    """Whether columns are to be annotated in the words of data models (`adapters.votable.mivot`)."""

    def ivoid(self, name: str) -> str:
        """IVOID of the record of this name; "" for none."""
        return f"ivo://{self.authority}/gateway/{name}" if self.authority and name else ""


ASKED: ContextVar[Callable[[], Asked] | None] = ContextVar("asked", default=None)
"""Says how the request that is being answered was asked; None where none is."""


def asked() -> Asked | None:
    """How the answer that is being made was asked for; None where nobody has asked."""
    say = ASKED.get()
    return say() if say else None


def query_infos(said: Asked, *, dated: bool = True) -> str:
    """Write the INFOs of the query, for the root of a document.

    Undated is one within a file of another format: files of the same rows have the same bytes.
    """
    # Without `element`, which takes ten times as long: these are written for each answer.
    url = f'<INFO name="request" value={quoteattr(legal_xml(said.request))}/>\n' if said.request else ""
    fixed = _fixed_infos(said.protocol, said.ivoid(said.service))
    return f'{fixed}{url}<INFO name="request_date" value="{_today()}"/>\n' if dated else f"{fixed}{url}"


def origin_infos(said: Asked, sources: tuple[str, ...], table: str = "") -> str:
    """Write the INFOs of the data of these sources, for a RESOURCE; `table` is a published one, which has its own."""
    return _origin_infos(said.authority, sources, table)


def told(said: Asked, sources: tuple[str, ...], table: str = "") -> dict[str, str]:
    """All but the date by name, for formats without INFOs, whose files of the same rows have the same bytes.

    What is said several times is joined by semicolons.
    """
    joined: dict[str, str] = {}
    fixed = _fixed(said.protocol, said.ivoid(said.service))
    asked_for = (("request", said.request),)
    for name, value in (*fixed, *asked_for, *_of_data(said.authority, sources, table)):
        if value:
            joined[name] = f"{joined[name]}; {value}" if name in joined else value
    return joined


def infos(pairs: Iterable[Pair]) -> str:
    """Write INFOs, but for those without a value."""
    return "".join(element("INFO", name=name, value=value, ucd=UCDS.get(name)) + "\n" for name, value in pairs if value)


def _today() -> str:
    """The day (UTC): what is asked twice has the same bytes, so that copies and ETags hold."""
    return datetime.now(UTC).date().isoformat()


@lru_cache(maxsize=128)
def _fixed_infos(protocol: str, service: str) -> str:
    return infos(_fixed(protocol, service))


def _fixed(protocol: str, service: str) -> tuple[Pair, ...]:
    return (
        ("publisher", PUBLISHER), ("server_software", _software()), ("contact", SUPPORT),
        ("service_protocol", protocol), ("service_ivoid", service),
    )  # fmt: skip


@lru_cache(maxsize=128)
def _origin_infos(authority: str, sources: tuple[str, ...], table: str) -> str:
    return infos(_of_data(authority, sources, table))


def _of_data(authority: str, sources: tuple[str, ...], table: str) -> Iterator[Pair]:
    said = Asked(authority=authority)
    by_name = {source.name: source.origin for source in ALL}
    for name in sources:
        if origin := by_name.get(name):
            yield from _of_origin(said.ivoid(table if name == PUBLISHED else name), origin)


def _of_origin(ivoid: str, origin: Origin) -> tuple[Pair, ...]:
    return (
        ("data_ivoid", ivoid), ("citation", origin.article), ("article", origin.article), ("journal", origin.journal),
        ("resource_version", origin.version), *(("creator", name) for name in origin.creators),
        ("rights", origin.rights), ("rights_uri", origin.licence), ("reference_url", origin.page),
    )  # fmt: skip


@cache
def _software() -> str:
    return f"jmmc-gateway/{version('jmmc-gateway')}"
