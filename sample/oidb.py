"""OiDB's rows that go with the granules: collections, and links to files."""

from collections.abc import Iterator, Sequence

import numpy as np

from sample.binary import Batch, batch
from sample.files import CSV
from sample.records import Texts, columns, texts
from sample.setups import setups
from schema.oidb import COLLECTION, DATALINK

MADE_UP = np.datetime64("2026-06-30", "us")
COLUMNS = {
    "id": "id", "name": "name", "title": "title", "description": "description", "coltype": "coltype",
    "article": "bibref", "keywords": "keywords", "datapi": "datapi", "source": "source",
}  # fmt: skip


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
