"""GraphQL documents for links: rows of one kind by their keys, with what belongs to them."""

from schema.datalink import GRANULES, RUNS, STARS, TARGETS

STAR = "star { name ra dec }"
TARGET = f"spicadbId targetMainId ra dec {STAR}"
GRANULE = """granuleId obsId calibLevel progid targetName instrumentName accessUrl
    accessFormat accessEstsize sRa sDec"""
NIGHT = "tMin facilityName obsCollection dataproductCategory oifits { category }"
"""What says which night a granule is of, and whether it is a calibrator's."""
DATALINK = "accessUrl serviceDef errorMessage description semantics contentType contentLength"
EXPOSURE = f"""expId expHeaderId obsProgram targetName targetRa targetDec instrumentName {STAR}
    granules(first: 50) {{ nodes {{ {GRANULE} }} }}"""


def _list(field: str, argument: str, kind: str, fields: str, key: str) -> str:
    rows = f"rows: {field}(where: {{ {argument}: {{ in: $keys }} }}, first: 1000)"
    return f"query Links($keys: [{kind}!]!) {{ {rows} {{ nodes {{ key: {key} {fields} }} }} }}"


LISTS = {
    GRANULES: _list(
        "granules", "granuleId", "Long",
        f"{GRANULE} {NIGHT} {STAR} spicaTarget {{ {TARGET} }} datalinks(first: 50) {{ nodes {{ {DATALINK} }} }}",
        "granuleId",
    ),
    RUNS: _list("spicaRuns", "tplStart", "DateTime", f"expIds granuleIds target {{ {TARGET} }}", "tplStart"),
    STARS: _list("stars", "jsdcId", "Long", "name ra dec", "jsdcId"),
    TARGETS: _list(
        "spicaTargets", "spicadbId", "Long", f"{TARGET} granules(first: 50) {{ nodes {{ {GRANULE} }} }}", "spicadbId"
    ),
}  # fmt: skip
"""By kind of record; exposures come with the rest of their observation (`FAMILY`)."""
FAMILY = f"""query Family($exposures: [String!]!, $heads: [String!]!, $granules: [Long!]!) {{
    own: exposures(where: {{ expId: {{ in: $exposures }} }}, first: 1000) {{ nodes {{ {EXPOSURE} }} }}
    shared: exposures(where: {{ expHeaderId: {{ in: $heads }} }}, first: 1000) {{ nodes {{ {EXPOSURE} }} }}
    siblings: granules(where: {{ obsId: {{ in: $heads }} }}, first: 1000) {{ nodes {{ {GRANULE} }} }}
    named: granules(where: {{ granuleId: {{ in: $granules }} }}, first: 1000) {{ nodes {{ {GRANULE} }} }}
}}"""
"""Exposures by name or by header, the granules of those headers, and granules by number.

The Obs Portal names an exposure by its header, `_` and a number; OiDB names a file's observation by the header.
"""
NIGHTS = f"""query Nights($nights: [GranuleFilter!]!) {{
    rows: granules(where: {{ or: $nights }}, first: 1000) {{ nodes {{ {GRANULE} {NIGHT} }} }}
}}"""
"""Granules of some nights."""
