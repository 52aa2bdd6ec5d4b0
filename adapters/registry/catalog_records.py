"""Records of data and of services over tables (VODataService 1.2 section 3): what vo-models has not.

Elements of a class come behind those of its base, which is their order in the schemas.
"""

from typing import Literal

from pydantic_xml import BaseXmlModel, attr, element
from vo_models.tapregext.models import TableAccess
from vo_models.voregistry.models import NSMAP
from vo_models.voresource.models import Capability, Content, ResourceName, Rights, Service

from adapters.registry.conesearch import ConeSearchCapability
from adapters.registry.coverage import Coverage
from adapters.registry.vodataservice import TableSet


class Bibcode(BaseXmlModel, tag="source"):
    """The article that data were published in; vo-models takes it for an address."""

    value: str
    format: str = attr(name="format", default="bibcode")


class RecordContent(Content):
    """What a record is about, with a bibcode."""

    source: Bibcode | None = element(tag="source", default=None)  # type: ignore[assignment]


class CatalogRecord(Service, tag="Resource", ns="ri", nsmap=NSMAP):
    """What records of services over tables and of data have in common."""

    content: RecordContent = element(tag="content", ns="")
    rights: list[Rights] | None = element(tag="rights", ns="", default_factory=list)
    capability: list[TableAccess | ConeSearchCapability | Capability] | None = element(
        tag="capability", ns="", default_factory=list
    )
    facility: list[ResourceName] = element(tag="facility", ns="", default_factory=list)
    instrument: list[ResourceName] = element(tag="instrument", ns="", default_factory=list)
    coverage: Coverage | None = None
    tableset: TableSet | None = None


class CatalogService(CatalogRecord, tag="Resource", ns="ri", nsmap=NSMAP):
    """A service over tables, with any capabilities."""

    type: Literal["vs:CatalogService"] = attr(ns="xsi", default="vs:CatalogService")


class CatalogResource(CatalogRecord, tag="Resource", ns="ri", nsmap=NSMAP):
    """Data in tables, whose capabilities are auxiliary: they are those of services that have other data too."""

    type: Literal["vs:CatalogResource"] = attr(ns="xsi", default="vs:CatalogResource")
