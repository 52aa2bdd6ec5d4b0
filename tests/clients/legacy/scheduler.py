"""The night scheduler's own functions (spica-nss `nss.py`), as they are, against a server: what they give, as JSON on stderr.

    python scheduler.py FOLDER URL     a checkout of spica-nss, and the address of a TAP service

It runs in the environment of `requirements.txt`. The window is not opened: each function is called with what it reads
of it. SIMBAD, which `nss.py` asks when it is imported, is not asked.
"""

import json
import sys
from types import SimpleNamespace

from astroquery.simbad import Simbad

Simbad.add_votable_fields = lambda *_names: None
sys.path.insert(0, sys.argv[1])

import nss  # noqa: E402

nss.tapServerUrl = sys.argv[2]
window = SimpleNamespace(catalogSpica=nss.spica_NSS.catalogSpica)
targets = nss.spica_NSS.dbquery_tap(window)
calibrators = nss.spica_NSS.calquery_tap(window)
kept = nss.spica_NSS.check4BadCal(window, calibrators.copy())
window.fixColumnTypes = lambda table: nss.spica_NSS.fixColumnTypes(window, table)
sent = nss.spica_NSS.normalizeColumnNames(window, calibrators)
priorities = [
    nss.spica_NSS.update_priority_final2(
        window, nss.spica_NSS.update_flag_completion(window, row["completion_rate"], row["spica_mode"]), row["priority_pi"], row["progname2"]
    )
    for row in targets
]  # fmt: skip
told = {
    "columns": targets.colnames,
    "ids": [int(number) for number in targets["spicadb_id"]],
    "rates": [float(rate) for rate in targets["completion_rate"]],
    "priorities": priorities,
    "calibrators": [str(name) for name in calibrators["name"]],
    "kept": [str(name) for name in kept["name"]],
    "sent": {name: sent[name].meta.get("ucd") for name in sent.colnames},
}
sys.stderr.write(f"{json.dumps(told)}\n")
