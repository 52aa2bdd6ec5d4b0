"""What a file that was cut says of where it comes from, in its primary header, beside all that it said before."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from oifits.cards import card, history
from oifits.selection import Selection

KEYWORD = "HIERARCH JMMC CUT"
"""Own keywords begin with it; none of the instrument's is changed."""
PARAMETERS = {
    "targets": "TARGET", "insnames": "INSNAME", "bands": "BAND", "times": "TIME", "lengths": "BASELINE",
    "baselines": "BASELINE", "circles": "CIRCLE",
}  # fmt: skip
"""Parameters of SODA by the conditions that they make."""


def provenance(names: Sequence[str], selection: Selection) -> bytes:
    """Cards that say which files something was cut from, and by which conditions.

    Parameters
    ----------
    names
        Of the files, as the service identifies them.
    selection
        The conditions.
    """
    conditions = list(_conditions(selection))
    cards = [card(f"{KEYWORD} SOURCE{number}", name) for number, name in enumerate(names, 1)]
    cards += [card(f"{KEYWORD} PARAM{number}", text) for number, text in enumerate(conditions, 1)]
    told = f"Cut from {', '.join(names)} by {'; '.join(conditions) or 'no condition'} (JMMC gateway, SODA 1.0)"
    return b"".join(cards) + history(told)


def upgrades(second: Sequence[bool]) -> bytes:
    """Cards that say which of the sources were OIFITS 1; none where all are of one version.

    `second` says of each source, in the order of `provenance`, whether it is of OIFITS 2.
    """
    if len(set(second)) < 2:
        return b""
    first = [f"SOURCE{number}" for number, is_second in enumerate(second, 1) if not is_second]
    told = f"Tables of {', '.join(first)} were OIFITS 1 and are OIFITS 2 now: OI_REVN is 2, TIME is 0, OI_ARRAY has FOV"
    cards = [card(f"{KEYWORD} UPGRADED{number}", name) for number, name in enumerate(first, 1)]
    return b"".join(cards) + history(told)


def _conditions(selection: Selection) -> Iterator[str]:
    for one in fields(selection):
        for value in getattr(selection, one.name):
            yield f"{PARAMETERS[one.name]} {_text(value, one.name)}"


def _text(value: object, kind: str) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return "-".join(value) if kind == "baselines" else " ".join(f"{number:.12g}" for number in value)
