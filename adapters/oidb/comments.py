"""What people say of granules (OiDB's `modules/rest/comment.xqm`)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4
from xml.etree.ElementTree import Element

from adapters.oidb.errors import denied
from adapters.oidb.granules import granule_number
from adapters.oidb.transaction import CATALOGUE, writing
from hub.rows import Hub
from planning.asker import asker
from planning.changes import Change
from planning.errors import BadInput, NotFound
from planning.write_rights import owns
from schema.oidb import GRANULE, GRANULE_ID
from schema.oidb_comments import AUTHOR, COMMENT, COMMENTED

PARENT, DATE, TEXT = (
    next(column for column in COMMENT.columns if column.name == name)
    for name in ("parent", "comment_date", "comment_text")
)
LONGEST = 10_000
"""Characters of a comment."""


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A comment that is to be added."""

    granule: int
    """Number of the granule that it is about."""
    parent: str | None
    """The comment that it answers; None for none."""
    text: str


def comment_draft(comment: Element) -> CommentDraft:
    """What a `<comment granule-id parent><text>` says; raises `BadInput`."""
    return CommentDraft(granule_number(comment.get("granule-id", "")), comment.get("parent") or None, _text(comment))


async def add_comment(hub: Hub, draft: CommentDraft) -> str:
    """Add a comment of who asks; returns its id. Raises `GatewayError`."""
    number, parent, key = draft.granule, draft.parent, str(uuid4())
    async with writing(hub) as transaction:
        author = min(asker().aliases, default=None)
        if author is None or not owns(asker(), CATALOGUE, author):
            raise denied("who comments has an alias, by which others know whose it is")
        await transaction.require(GRANULE, {GRANULE_ID: number})
        if parent and not await transaction.rows(COMMENT, {COMMENT.key: parent, COMMENTED: number}):
            message = f"parent is {parent[:60]!r}: there is no such comment on granule {number}"
            raise NotFound(message)
        said = {COMMENTED: number, PARENT: parent, AUTHOR: author, DATE: datetime.now(UTC), TEXT: draft.text}
        await transaction.apply(Change(COMMENT, {COMMENT.key: key}, said, creates=True))
    return key


def _text(comment: Element) -> str:
    text = (comment.findtext("text") or "").strip()
    if not 0 < len(text) <= LONGEST:
        message = f"A comment has a <text> of 1 to {LONGEST} characters, not {len(text)}"
        raise BadInput(message)
    return text
