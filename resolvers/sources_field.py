"""The field `sources`: which databases answer, and what they are."""

from typing import Any

import strawberry

from schema.catalog import SOURCES
from schema.scalars import DateTime


@strawberry.type(description="A database behind the gateway, and whether it answers")
class SourceState:
    """The GraphQL type of one database."""

    name: str = strawberry.field(description="Its name, as `oidb`")
    title: str = strawberry.field(description="Its name for people")
    description: str = strawberry.field(description="What it has")
    citation: str | None = strawberry.field(description="Bibcode of the article to cite, where there is one")
    up: bool = strawberry.field(description="Whether it answers; where the hub does not, none does")
    since: DateTime = strawberry.field(description="Since when it does, or does not (UTC)")
    version: str | None = strawberry.field(description="Version of its data, null where none is known")


def resolve_sources(info: strawberry.Info[Any, None]) -> list[SourceState] | None:
    """Resolve `sources`: all databases behind the hub, as the health monitor has seen them a second ago at most."""
    return [_state(info, name) for name in SOURCES]


def _state(info: strawberry.Info[Any, None], name: str) -> SourceState:
    health, source = info.context.hub.health, SOURCES[name]
    up, since = health.state(name)
    return SourceState(
        name=name,
        title=source.title,
        description=source.description,
        citation=(source.origin.article or None) if source.origin else None,
        up=up and health.hub_up,
        since=DateTime(since),
        version=health.version(name),
    )


FIELD: Any = strawberry.field(
    resolver=resolve_sources, name="sources", description="The databases, and which of them answer"
)
