"""Names of stars as astronomers spell them, normalised for look-up."""

import re

GREEK = {
    "alpha": "alf", "beta": "bet", "gamma": "gam", "delta": "del", "epsilon": "eps", "zeta": "zet", "theta": "tet",
    "the": "tet", "iota": "iot", "kappa": "kap", "lambda": "lam", "xi": "ksi", "omicron": "omi", "sigma": "sig",
    "upsilon": "ups", "omega": "ome",
    "α": "alf", "β": "bet", "γ": "gam", "δ": "del", "ε": "eps", "ζ": "zet", "η": "eta", "θ": "tet", "ι": "iot",
    "κ": "kap", "λ": "lam", "μ": "mu", "ν": "nu", "ξ": "ksi", "ο": "omi", "π": "pi", "ρ": "rho", "σ": "sig", "τ": "tau",
    "υ": "ups", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "ome",
}  # fmt: skip
KIND = re.compile(r"^(\*\*|\*|V\*|NAME|Cl\*|EM\*|BD\*)\s+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+\.?|\d+|\S")
CATALOGUE = {"hd", "hip", "hr", "tyc", "sao", "gaia", "bd", "cd", "cpd", "gl", "gj", "dr"}


def designation(name: str) -> str:
    """Normalise a name to the spelling that is searched.

    `HD 48329`, `hd48329` and `HD 048329` are `hd48329`; `* eps Gem`, `ε Gem` and `epsilon Gem` are `epsgem`. SIMBAD's
    leading kind (`*`, `V*`, `NAME`) is dropped, Greek letters get SIMBAD's three-letter names, and case, blanks,
    underscores and leading zeros of catalogue numbers are dropped.
    """
    words = WORD.findall(KIND.sub("", name.strip()).replace("_", " ").lower())
    folded = [GREEK.get(word, word.rstrip(".")) for word in words]
    numbered = bool(folded) and folded[0] in CATALOGUE
    return "".join(word.lstrip("0") or "0" if numbered and word.isdigit() else word for word in folded)
