"""What people say of OiDB's granules: its XML document of comments (`modules/rest/comment.xqm`), a row each here."""

from schema.column import Column
from schema.table import Table
from schema.types import ASCII, DATETIME, LONG, TEXT

COMMENTED = Column(
    "granule_id", LONG, "Granule that it is about", ucd="meta.id", indexed=True, required=True, field="granuleId"
)
AUTHOR = Column("author", TEXT, "Who says it, by alias", ucd="meta.curation", required=True)
COMMENT = Table(
    "oidb",
    "comment",
    "public.oidb_comment",
    "GranuleComment",
    "granuleComments",
    "Something said of a granule, or of another comment on it",
    (
        Column(
            "comment_id",
            ASCII,
            "Comment: a UUID",
            ucd="meta.id;meta.main",
            remote="id",
            key=True,
            indexed=True,
            principal=True,
        ),
        COMMENTED,
        Column("parent", ASCII, "The comment that it answers; empty for none", ucd="meta.id"),
        AUTHOR,
        Column("comment_date", DATETIME, "When it was said (UTC)", ucd="time", required=True),
        Column("comment_text", TEXT, "What is said", ucd="meta.note", principal=True, required=True),
    ),
    rows=1_000,
)
