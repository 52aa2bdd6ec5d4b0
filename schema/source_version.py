"""The GraphQL type of a source's data version."""

import strawberry

from schema.scalars import DateTime


@strawberry.type(description="The version that the data of a source have, as far as the gateway has seen")
class SourceVersion:
    """Type of the subscription `sourceVersionChanged`."""

    source: str = strawberry.field(description="Name of the source, as `oidb`")
    title: str = strawberry.field(description="Its name for people")
    version: str | None = strawberry.field(
        description="Text that is another one whenever anything at the source may have changed; null while it is down"
    )
    noticed: DateTime = strawberry.field(description="When the change was noticed (UTC)")
