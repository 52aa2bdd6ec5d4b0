"""OiDB's rows that go with the granules: collections, links to files, and comments."""

from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from sample.binary import Batch, batch
from sample.files import CSV
from sample.records import Texts, columns, texts
from sample.setups import setups
from schema.oidb import DATALINK
from schema.oidb_collections import COLLECTION
from schema.oidb_comments import COMMENT

MADE_UP = np.datetime64("2026-06-30", "us")
COLUMNS = {
    "id": "id", "name": "name", "title": "title", "description": "description", "coltype": "coltype",
    "article": "bibref", "keywords": "keywords", "datapi": "datapi", "source": "source",
    "owner": "datapi",
}  # fmt: skip
COMMENTED = 7
"""Of so many made-up granules one is spoken of."""
SAID = (
    "V² drops on the longest baselines only: is the calibrator resolved there?",
    "Flux of one telescope is lost in the second half; the closure phases of its triangles are noisy.",
    "Reduced again with the newer version of the pipeline: the transfer function is flatter.",
)
ANSWERED = "Seen too, and noted for the next observation of this star."


def collections() -> Iterator[Batch]:
    """Yield the collections: of `collections.csv`, then one for the made-up files of each instrument."""
    table = columns("collections")
    created = [np.datetime64(date[:19] or "NaT", "us") for date in table["created"]]
    yield batch(
        COLLECTION, {ours: texts(table[given]) for ours, given in COLUMNS.items()} | {"created": np.array(created)}
    )
    instruments = sorted({one.mode.instrument for one in setups()})
    yield batch(COLLECTION, {
        "id": [f"sample_{name.lower().replace('-', '_')}" for name in instruments],
        "name": [f"{name} (sample)" for name in instruments],
        "title": [f"Made-up data of {name}" for name in instruments],
        "description": ["Granules that the sample made up: their files do not exist."] * len(instruments),
        "coltype": ["simulation"] * len(instruments), "created": np.full(len(instruments), MADE_UP),
        "updated": np.full(len(instruments), MADE_UP),
    })  # fmt: skip


def datalinks(granules: Sequence[Batch]) -> Batch:
    """Link each granule to its file; as in OiDB, some links do not say what they are."""
    ids, urls, sizes, formats = (
        np.concatenate([np.asarray(one.values[name]) for one in granules])
        for name in ("id", "access_url", "access_estsize", "access_format")
    )
    texts_of_links = np.where(formats == CSV, b"Record of an OIFITS file that is not public", b"OIFITS file")
    semantics: Texts = np.where(np.arange(len(ids)) % 9 == 0, b"", b"#this")
    return batch(DATALINK, {
        "datalink_id": 1 + np.arange(len(ids)), "id": ids, "access_url": urls, "semantics": semantics,
        "description": texts_of_links, "content_type": formats,
        "content_length": sizes, "subdate": np.full(len(ids), MADE_UP),
    })  # fmt: skip


def comments(granules: Batch) -> Batch:
    """Say something of some granules, each time by its investigator, and answer it a day later."""
    ids, authors = (np.asarray(granules.values[name])[::COMMENTED] for name in ("id", "datapi"))
    keys, answers = ([str(uuid5(NAMESPACE_URL, f"{kind} {one}")) for one in ids] for kind in ("said of", "answered of"))
    said = [SAID[place % len(SAID)] for place in range(len(ids))]
    days = MADE_UP + np.array([1, 2]).astype("timedelta64[D]")
    return batch(COMMENT, {
        "id": [*keys, *answers], "granule_id": np.tile(ids, 2), "parent": [""] * len(keys) + keys,
        "author": np.concatenate([authors, np.full(len(ids), b"CoI S01")]), "comment_date": np.repeat(days, len(ids)),
        "comment_text": [*said, *[ANSWERED] * len(ids)],
    })  # fmt: skip
