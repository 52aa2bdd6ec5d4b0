"""The corpus of ADQL queries that shared/ has: `python tests/adql/corpus.py ../shared/facts/adql_corpus.json`.

CI runs it where the file is. The status is 1 if a query is judged otherwise than it is labelled, but for those named
here with the reason; names of tables and columns are not looked up, so that labels "semantic" say nothing.
"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from adql.errors import AdqlError
from adql.parse import parse

NO_CONDITION = "a JOIN without ON or USING: the corpus has six labelled valid (all disputed) and five labelled invalid"
EXTENSION = "an extension that the corpus calls a dialect: CASE, or a query as a value in SELECT"
EXPLAINED = {
    **dict.fromkeys(("23633b15", "ef2f1ba1", "7e793166", "b7eb54cb", "65d2c47b", "eea47fc3"), NO_CONDITION),
    **dict.fromkeys(("d89615b6", "e0fce665", "63fbaf78", "53e2ea5c", "bb1c9324", "3c295c46"), EXTENSION),
    "9ffe5673": "whether a function exists is no question of grammar: it is refused with the names (disputed too)",
    "d70389a1": "labelled valid, but -- comments out the parenthesis that ends ABS, before LaTeX that was left in",
}


def labelled_otherwise(entry: dict[str, Any]) -> bool:
    """Whether the parser says of a query what its label does not."""
    try:
        parse(entry["query"])
    except AdqlError:
        return bool(entry["valid"])
    return not entry["valid"]


def kind(entry: dict[str, Any]) -> str:
    """Of the IVOA validation set, with its label agreed upon by another parser or disputed; or of the others."""
    if "lyonetia" not in entry["source"]:
        return f"others, {'valid' if entry['valid'] else entry['invalid_kind']}"
    disputed = entry["valid"] != (entry["vollt_adql21"] == "ok")
    return f"IVOA set{', disputed' if disputed else ''}, {'valid' if entry['valid'] else 'invalid'}"


def main(file: str) -> int:
    entries = json.loads(Path(file).read_text())
    judged, unexplained = Counter(), 0
    for entry in entries:
        otherwise = labelled_otherwise(entry)
        judged[kind(entry), otherwise] += 1
        digest = hashlib.sha256(entry["query"].encode()).hexdigest()[:8]
        if otherwise and "semantic" not in entry.get("invalid_kind", "") and digest not in EXPLAINED:
            unexplained += 1
            print(f"{digest} is labelled {'valid' if entry['valid'] else 'invalid'}: {entry['query']!r}")  # noqa: T201
    for name in sorted({name for name, _ in judged}):
        print(f"{name}: {judged[name, False]} as labelled, {judged[name, True]} not")  # noqa: T201
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
