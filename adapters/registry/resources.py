"""VOResource 1.1 records of the gateway's services, for the registries of the Virtual Observatory.

Two more records say who publishes them, as Registry Interfaces 1.0 asks: the registry itself and its authority.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AnyUrl
from pydantic_xml import attr, element
from vo_models.tapregext.models import TableAccess
from vo_models.voregistry.models import NSMAP, OAIHTTP, Authority, Harvest, Registry
from vo_models.voresource.models import (
    AccessURL,
    Capability,
    Contact,
    Content,
    Curation,
    Resource,
    ResourceName,
    Service,
)
from vo_models.vosi.capabilities.models import NSMAP as VOSI
from vo_models.vosi.capabilities.models import VOSICapabilities

from adapters.registry.capabilities import beside, capability, table_access
from adapters.registry.conesearch import ConeSearchCapability, Place, cone_search
from adapters.registry.documents import to_xml
from adapters.registry.service import STANDARD
from adapters.registry.service import ServiceDescription as Offered
from schema.table import Table

PUBLISHER = "Jean-Marie Mariotti Center"
HOME = "https://www.jmmc.fr"
SUPPORT = "jmmc-user-support@jmmc.fr"
CREATED = datetime(2026, 11, 21, tzinfo=UTC)
SUBJECTS = ("optical-interferometry", "stellar-radii", "calibration")
"""Terms of the Unified Astronomy Thesaurus."""


class CatalogService(Service, tag="Resource", ns="ri", nsmap=NSMAP):
    """A service over tables (VODataService 1.1), with any capabilities."""

    type: Literal["vs:CatalogService"] = attr(ns="xsi", default="vs:CatalogService")
    capability: list[TableAccess | ConeSearchCapability | Capability] | None = element(
        tag="capability", default_factory=list
    )


class RegistryRecord(Registry, tag="Resource", ns="ri", nsmap=NSMAP):
    """The record of a registry, with its capabilities."""

    capability: list[Harvest | Capability] | None = element(tag="capability", default_factory=list)


class RegistryCapabilities(VOSICapabilities, tag="capabilities", ns="vosi", nsmap=VOSI):
    """The VOSI document of the registry."""

    capability: list[Harvest | Capability] = element(tag="capability", ns="", nsmap={"": ""}, default=[])


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes these records, and what."""

    authority: str
    offered: Offered
    positioned: Mapping[str, Table]
    """Tables that cones can be searched of, by qualified name."""
    place: Place
    """Where the test queries of cone searches look."""
    updated: datetime
    """When the records last changed, to the second: harvesters ask for newer ones than they have."""

    @property
    def registry(self) -> str:
        """IVOID of the registry."""
        return f"ivo://{self.authority}/gateway/registry"


def resources(publisher: Publisher) -> Iterator[Resource]:
    """Yield all records, the registry first."""
    yield registry(publisher)
    yield Authority(
        **_about(publisher, "", "JMMC", "The naming authority of the JMMC"), managing_org=ResourceName(value=PUBLISHER)
    )
    base, told = publisher.offered.base, "Observations and stars of the JMMC's four databases"
    yield _catalogue(publisher, "tap", "JMMC TAP", told, [table_access(publisher.offered), *beside(base, "/tap")])
    sia = [capability(f"{STANDARD}SIA#query-2.0", f"{base}/sia", use="base"), *beside(base, "/sia")]
    yield _catalogue(publisher, "sia", "JMMC SIA2", "Interferometric observations, by place, band and time", sia)
    links = [
        capability(f"{STANDARD}DataLink#links-1.1", f"{base}/datalink/links", use="base"),
        *beside(base, "/datalink"),
    ]
    yield _catalogue(publisher, "datalink", "JMMC links", "Files and logs of observations, and their stars", links)
    for name, table in publisher.positioned.items():
        yield _cone(publisher, name, table)


def registry(publisher: Publisher) -> Registry:
    """The record of the registry."""
    about = _about(publisher, "/gateway/registry", "JMMC registry", "What the JMMC's gateway offers")
    offered = _registering(publisher.offered.base)
    return RegistryRecord(**about, full=False, managed_authority=[publisher.authority], capability=offered)


def capabilities(base: str) -> bytes:
    """The VOSI document of the registry."""
    return to_xml(RegistryCapabilities(capability=_registering(base)))


def _registering(base: str) -> list[Harvest | Capability]:
    """Capabilities of a registry, with the VOSI endpoints that Registry Interfaces 1.1 (section 3.2) asks for."""
    access = OAIHTTP(role="std", version="1.0", access_url=[_address(f"{base}/oai")])
    return [Harvest(max_records=0, interface=[access]), *beside(base, "/oai")]


def _cone(publisher: Publisher, name: str, table: Table) -> CatalogService:
    rows = publisher.offered.rows[1]
    search = cone_search(f"{publisher.offered.base}/scs/{name}", rows, publisher.place)
    return _catalogue(publisher, f"scs/{name}", name.partition(".")[2][:16], table.description, [search])


def _catalogue(
    publisher: Publisher, path: str, short: str, description: str, offered: Sequence[Capability]
) -> CatalogService:
    return CatalogService(**_about(publisher, f"/gateway/{path}", short, description), capability=[*offered])


def _about(publisher: Publisher, path: str, short: str, description: str) -> dict[str, Any]:
    """What all records have in common."""
    return {
        "created": CREATED, "updated": publisher.updated, "status": "active", "version": "1.1", "title": description,
        "short_name": short, "identifier": AnyUrl(f"ivo://{publisher.authority}{path}"),
        "curation": Curation(
            publisher=ResourceName(value=PUBLISHER),
            contact=[Contact(name=ResourceName(value="JMMC user support"), email=SUPPORT)],
        ),
        "content": Content(subject=[*SUBJECTS], description=description, reference_url=AnyUrl(HOME), type=["Catalog"]),
    }  # fmt: skip


def _address(url: str) -> AccessURL:
    return AccessURL(value=AnyUrl(url), use="base")
