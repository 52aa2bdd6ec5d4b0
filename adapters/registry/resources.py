"""VOResource 1.1 records of the gateway's services, for the registries of the Virtual Observatory.

Two more records describe the publisher, as Registry Interfaces 1.0 requires: the registry itself and its authority.
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

from adapters.registry.capabilities import TAP, beside, capability, table_access
from adapters.registry.conesearch import STANDARD as CONE_SEARCH
from adapters.registry.conesearch import Cone, ConeSearchCapability, cone_search
from adapters.registry.documents import to_xml
from adapters.registry.service import STANDARD, ServiceDescription, ServiceRecord

PUBLISHER = "Jean-Marie Mariotti Center"
HOME = "https://www.jmmc.fr"
SUPPORT = "jmmc-user-support@jmmc.fr"
AUTHORITY = ServiceRecord(
    "",
    "/",
    short_name="JMMC",
    title="The naming authority of the JMMC",
    content="The Jean-Marie Mariotti Center, which names the records of its services",
)
REGISTRY = ServiceRecord(
    "",
    "/registry",
    short_name="JMMC registry",
    title="JMMC publishing registry",
    content="Records of the services of the JMMC's gateway: JSDC, OiDB, the Obs Portal and SPICA-DB",
)
"""These two are dated `CREATED`: no declaration of tables says anything of them."""
ANYWHERE = (0.0, 0.0, 180.0)
"""The whole sky."""
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
    """The publisher of the records and the services it offers."""

    authority: str
    """Naming authority of all IVOIDs, as `jmmc.fr`."""
    offered: ServiceDescription
    updated: Mapping[str, datetime]
    """When each record last changed, by its name, UTC to the second: harvesters request newer ones than they have."""
    places: Mapping[str, Cone]
    """A cone in which a table has rows, by its qualified name, where its declaration does not say."""

    @property
    def registry(self) -> str:
        """IVOID of the registry."""
        return f"ivo://{self.authority}/gateway/registry"


def registry_records(publisher: Publisher) -> Iterator[Resource]:
    """Yield all records: the registry, its authority, every service."""
    yield registry_record(publisher)
    yield Authority(**_about(publisher, AUTHORITY, ""), managing_org=ResourceName(value=PUBLISHER))
    for record in publisher.offered.services:
        yield _cone(publisher, record) if STANDARD + record.standard == CONE_SEARCH else _service(publisher, record)


def registry_record(publisher: Publisher) -> Registry:
    """Return the record of the registry (VORegistry 1.1)."""
    about = _about(publisher, REGISTRY, f"/gateway{REGISTRY.path}")
    offered = _registry_capabilities(publisher.offered.base)
    return RegistryRecord(**about, full=False, managed_authority=[publisher.authority], capability=offered)


def registry_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the VOSI capabilities of the registry; `base` is the public address of the gateway, `security` as there."""
    return to_xml(RegistryCapabilities(capability=_registry_capabilities(base)), security)


def _registry_capabilities(base: str) -> list[Harvest | Capability]:
    """Capabilities of a registry, with the VOSI endpoints that Registry Interfaces 1.1 (section 3.2) requires."""
    access = OAIHTTP(role="std", version="1.0", access_url=[_address(f"{base}/oai")])
    return [Harvest(max_records=0, interface=[access]), *beside(base, "/oai")]


def _service(publisher: Publisher, record: ServiceRecord) -> CatalogService:
    offered, standard = publisher.offered, STANDARD + record.standard
    own = table_access(offered) if standard == TAP else capability(standard, offered.base + record.path, use="base")
    return _catalogue(publisher, record.root, record, [own, *beside(offered.base, record.root)])


def _cone(publisher: Publisher, record: ServiceRecord) -> CatalogService:
    test = record.test_cone or publisher.places.get(record.table, ANYWHERE)
    own = cone_search(publisher.offered.base + record.path, publisher.offered.rows[1], test)
    return _catalogue(publisher, record.path, record, [own])


def _catalogue(publisher: Publisher, path: str, record: ServiceRecord, offered: Sequence[Capability]) -> CatalogService:
    return CatalogService(**_about(publisher, record, f"/gateway{path}"), capability=[*offered])


def _about(publisher: Publisher, record: ServiceRecord, path: str) -> dict[str, Any]:
    """The elements that all records have in common; `path` is that of the identifier, "" for the authority itself."""
    return {
        "created": CREATED, "updated": publisher.updated.get(record.name, CREATED).astimezone(UTC), "status": "active",
        "version": "1.1", "title": record.title, "short_name": record.short_name,
        "identifier": AnyUrl(f"ivo://{publisher.authority}{path}"),
        "curation": Curation(
            publisher=ResourceName(value=PUBLISHER),
            contact=[Contact(name=ResourceName(value="JMMC user support"), email=SUPPORT)],
        ),
        "content": Content(
            subject=[*SUBJECTS], description=record.content, reference_url=AnyUrl(HOME), type=["Catalog"],
        ),
    }  # fmt: skip


def _address(url: str) -> AccessURL:
    return AccessURL(value=AnyUrl(url), use="base")
