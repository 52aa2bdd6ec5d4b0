"""Pages of filtered and ordered stars: every filter by every order, where few or no rows meet the filter too."""

from collections.abc import Iterator

from bench.full.question import Question, graphql

FILTERS = (
    "vmag: { lt: 0 }",
    "vmag: { lt: 6 }",
    "vmag: { gt: 12 }",
    "vmag: { ge: 9, lt: 9.1 }",
    "kmag: { lt: -1 }",
    "kmag: { lt: 3 }",
    "ldd: { gt: 5 }",
    "ldd: { lt: 0.02 }",
    "ldd: { isNull: true }",
    "plx: { gt: 200 }",
    "plx: { lt: 0 }",
    "pmRa: { gt: 1000 }",
    "dec: { gt: 89 }",
    "ra: { lt: 0.5 }",
    'spTypeSimbad: { eq: "G8Ib" }',
    'spTypeSimbad: { like: "M%" }',
    'name: { ilike: "HD 48%" }',
    'name: { like: "HD 1%" }',
    "calFlag: { eq: 7 }",
    "calFlag: { eq: 0 }",
    "lddChi2: { gt: 5 }",
    "synthetic: { eq: false }",
    "or: [{ vmag: { lt: 0 } }, { kmag: { lt: -1 } }]",
    "vmag: { lt: 6 }, kmag: { gt: 5 }",
)
ORDERS = ("vmag", "kmag", "ldd", "name", "jsdcId", "plx", "hmag", "dec", "lddChi2")
INDEXED = ORDERS[:5]
UNINDEXED = "neither the filter nor the order has an index: every row is looked at"
RARE = ("calFlag: { eq: 7 }", 'spTypeSimbad: { eq: "G8Ib" }')
"""Filters without an index that few rows meet, or none: along an order's index they are as far as the table is long."""
SCANNED = "the filter has no index and leaves few rows: every row is looked at"


def filtered() -> Iterator[Question]:
    """The first page of every pair, upwards and downwards."""
    for condition in FILTERS:
        for order in ORDERS:
            for way in ("ASC", "DESC"):
                asked = f"first: 10, where: {{ {condition} }}, orderBy: [{{ {order}: {way} }}]"
                reason = (SCANNED if condition in RARE else "") if order in INDEXED else UNINDEXED
                yield graphql("filtered", f"{{ stars({asked}) {{ nodes {{ jsdcId {_field(order)} }} }} }}", reason)


def counted() -> Iterator[Question]:
    """How many stars meet each filter."""
    for condition in FILTERS:
        yield graphql("counted", f"{{ stars(where: {{ {condition} }}) {{ totalCount }} }}", UNINDEXED)


def _field(order: str) -> str:
    if order == "jsdcId":
        return ""
    return f"{order} {{ value }}" if order in {"vmag", "kmag", "ldd", "plx", "hmag"} else order
