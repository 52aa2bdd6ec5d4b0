"""VOResource 1.1 records of the gateway's data and services, for the registries of the Virtual Observatory.

Data have records of their own, which say what services have them ("Discovering Data Collections" 1.1). Two more
describe the publisher, as Registry Interfaces 1.0 requires: the registry itself and its authority.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import AnyUrl
from pydantic_xml import element
from vo_models.voregistry.models import NSMAP, OAIHTTP, Authority, Harvest, Registry
from vo_models.voresource.models import (
    AccessURL,
    Capability,
    Contact,
    Creator,
    Curation,
    Relationship,
    Resource,
    ResourceName,
    Rights,
)
from vo_models.vosi.capabilities.models import NSMAP as VOSI
from vo_models.vosi.capabilities.models import VOSICapabilities

from adapters.registry.capabilities import TAP, beside, capability, table_access
from adapters.registry.catalog_records import Bibcode, CatalogResource, CatalogService, RecordContent
from adapters.registry.conesearch import Cone, cone_search
from adapters.registry.coverage import Covered, coverage_element
from adapters.registry.documents import to_xml
from adapters.registry.service import Collection, ServiceDescription, ServiceRecord
from adapters.registry.tableset import tableset_element
from schema.catalog import ALL
from schema.origin import PUBLISHER, SUPPORT, Origin
from schema.table import Table

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
    content="Records of the data and services of the JMMC's gateway: JSDC, OiDB, the Obs Portal and SPICA-DB",
)
"""These two are dated `CREATED`: no declaration of tables says anything of them."""
ANYWHERE = (0.0, 0.0, 180.0)
"""The whole sky."""
CREATED = datetime(2026, 11, 21, tzinfo=UTC)


class RegistryRecord(Registry, tag="Resource", ns="ri", nsmap=NSMAP):
    """The record of a registry, with its capabilities."""

    capability: list[Harvest | Capability] | None = element(tag="capability", default_factory=list)


class RegistryCapabilities(VOSICapabilities, tag="capabilities", ns="vosi", nsmap=VOSI):
    """The VOSI document of the registry."""

    capability: list[Harvest | Capability] = element(tag="capability", ns="", nsmap={"": ""}, default=[])


@dataclass(frozen=True, slots=True)
class Publisher:
    """The publisher of the records, the services it offers and their data."""

    authority: str
    """Naming authority of all IVOIDs, as `jmmc.fr`."""
    offered: ServiceDescription
    updated: Mapping[str, datetime]
    """When each record last changed, by its name, UTC to the second: harvesters request newer ones than they have."""
    places: Mapping[str, Cone]
    """A cone in which a table has rows, by its qualified name, where its declaration does not say."""
    covered: Mapping[str, Covered] = field(default_factory=dict)
    """What tables and collections cover, by their names."""
    withdrawn: Mapping[str, datetime] = field(default_factory=dict)
    """Names of records that there are no longer, and since when."""

    def ivoid(self, name: str) -> str:
        """IVOID of the record of this name."""
        return f"ivo://{self.authority}/gateway/{name}" if name else f"ivo://{self.authority}"

    @property
    def registry(self) -> str:
        """IVOID of the registry."""
        return self.ivoid(REGISTRY.name)

    @property
    def gone(self) -> Mapping[str, datetime]:
        """IVOIDs of the records that there are no longer, and since when."""
        offered = self.offered
        there = {record.name for record in offered.services} | {record.name for record in offered.collections}
        return {self.ivoid(name): since for name, since in self.withdrawn.items() if name not in there}


def registry_records(publisher: Publisher) -> Iterator[Resource]:
    """Yield all records: the registry, its authority, the data, every service."""
    yield registry_record(publisher)
    yield Authority(**_about(publisher, AUTHORITY, "Organisation"), managing_org=ResourceName(value=PUBLISHER))
    for collection in publisher.offered.collections:
        yield _collection(publisher, collection)
    for record in publisher.offered.services:
        yield _cone(publisher, record, record.table) if record.table else _service(publisher, record)


def registry_record(publisher: Publisher) -> Registry:
    """Return the record of the registry (VORegistry 1.1)."""
    offered = _registry_capabilities(publisher.offered.base)
    return RegistryRecord(
        **_about(publisher, REGISTRY, "Registry"),
        full=False,
        managed_authority=[publisher.authority],
        capability=offered,
    )


def registry_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the VOSI capabilities of the registry; `base` is the public address of the gateway, `security` as there."""
    return to_xml(RegistryCapabilities(capability=_registry_capabilities(base)), security)


def _registry_capabilities(base: str) -> list[Harvest | Capability]:
    """Capabilities of a registry, with the VOSI endpoints that Registry Interfaces 1.1 (section 3.2) requires."""
    access = OAIHTTP(role="std", version="1.0", access_url=[AccessURL(value=AnyUrl(f"{base}/oai"), use="base")])
    return [Harvest(max_records=0, interface=[access]), *beside(base, "/oai")]


def _collection(publisher: Publisher, collection: Collection) -> CatalogResource:
    """Data with their tables, which TAP has, as an auxiliary capability says, and cone searches."""
    offered, tables = publisher.offered, collection.source.tables
    cones = [record.name for record in offered.services if record.table in tables]
    about = _described(publisher, collection, "IsServedBy", [_tap(offered).name, *cones])
    covered = publisher.covered.get(collection.name)
    return CatalogResource(
        **_dated(about, covered),
        **_of_data(collection.origin),
        capability=[capability(f"{TAP}#aux", f"{offered.base}/tap", use="base")],
        coverage=coverage_element(collection.origin, covered),
        tableset=tableset_element(collection.source),
    )


def _service(publisher: Publisher, record: ServiceRecord) -> CatalogService:
    offered, standard = publisher.offered, record.ivoid
    own = table_access(offered) if standard == TAP else capability(standard, offered.base + record.path, use="base")
    of = [collection.name for collection in offered.collections] if standard == TAP else []
    return CatalogService(
        **_described(publisher, record, "IsServiceFor", of),
        **_of_data(record.origin),
        capability=[own, *beside(offered.base, record.root)],
        coverage=coverage_element(record.origin, None),
    )


def _cone(publisher: Publisher, record: ServiceRecord, table: Table) -> CatalogService:
    offered, test = publisher.offered, table.test_cone or publisher.places.get(table.qualified, ANYWHERE)
    of = [collection.name for collection in offered.collections if table in collection.source.tables]
    source = next(source for source in ALL if source.name == table.source)
    covered = publisher.covered.get(table.qualified)
    footprint = f"{offered.base}/moc/{table.qualified}"
    return CatalogService(
        **_dated(_described(publisher, record, "IsServiceFor", of), covered),
        **_of_data(record.origin),
        capability=[cone_search(offered.base + record.path, offered.rows[1], test)],
        coverage=coverage_element(record.origin, covered, footprint),
        tableset=tableset_element(replace(source, declared=(table,))),
    )


def _tap(offered: ServiceDescription) -> ServiceRecord:
    return next(record for record in offered.services if record.ivoid == TAP)


def _of_data(origin: Origin) -> dict[str, Any]:
    """The elements that records of data and of their services have in common."""
    return {
        "rights": [Rights(value=origin.rights, rights_uri=AnyUrl(origin.licence) if origin.licence else None)],
        "facility": [ResourceName(value=name) for name in origin.facilities],
        "instrument": [ResourceName(value=name) for name in origin.instruments],
    }


def _described(
    publisher: Publisher, record: ServiceRecord | Collection, relation: str, related: Sequence[str]
) -> dict[str, Any]:
    """`_about`, with the relation of the record to others, which are given by their names."""
    about = _about(publisher, record)
    others = [ResourceName(value=name, ivo_id=publisher.ivoid(name)) for name in related]
    if others:
        about["content"].relationship = [Relationship(relationship_type=relation, related_resource=others)]
    return about


def _dated(about: dict[str, Any], covered: Covered | None) -> dict[str, Any]:
    """The same, updated no earlier than the coverage."""
    return about | {"updated": max(about["updated"], covered.since)} if covered else about


def _about(publisher: Publisher, record: ServiceRecord | Collection, kind: str = "Catalog") -> dict[str, Any]:
    """The elements that all records have in common; `kind` is a content type of VOResource 1.1 (section 3.1.3)."""
    origin = record.origin
    return {
        "created": CREATED, "updated": publisher.updated.get(record.name, CREATED).astimezone(UTC), "status": "active",
        "version": "1.1", "title": record.title, "short_name": record.short_name,
        "identifier": AnyUrl(publisher.ivoid(record.name)),
        "curation": Curation(
            publisher=ResourceName(value=PUBLISHER),
            creator=[Creator(name=ResourceName(value=name)) for name in origin.creators],
            version=origin.version or None,
            contact=[Contact(name=ResourceName(value="JMMC user support"), email=SUPPORT)],
        ),
        "content": RecordContent(
            subject=list(origin.subjects), description=record.content, reference_url=AnyUrl(origin.page),
            source=Bibcode(value=origin.article) if origin.article else None, type=[kind],
        ),
    }  # fmt: skip
