"""Codes of the survey in words, as all its pages say them."""

from schema.spica_rules import MODES
from schema.vocabularies import RUN_STATUS

STATUSES = tuple(map(str, RUN_STATUS.members))
"""Of a run, from its plan to its end."""
QUALITY = {
    0: "not known", 1: "trash", 2: "to be reduced again", 3: "quick look, risky to publish", 4: "science ready",
    5: "outstanding",
}  # fmt: skip
"""Quality levels of OiDB (JMMC-OpenDev/oidb `modules/app.xql`)."""
PRIORITIES = {0: "high", 1: "low"}
"""That principal investigators give."""
MODE_WORDS = {name: mode.description for name, mode in MODES.items()}
ACTIVITIES = {"Rot": "fast rotation", "Bin": "binarity", "Wind": "wind", "Disk": "disk"}
"""Of the Stellar Activity Module, by what their columns end in."""
COMPLETION_WORDS = {"none": "not begun", "partly": "partly", "complete": "complete"}
PROGRAM_KINDS = {"large_program": "large program", "proposal": "proposal"}
READ_ONLY = "This gateway only reads SPICA-DB: nothing can be imported"
NOBODY_IMPORTS = "Targets are imported by who has logged in: a principal investigator, or whom they let"
OTHERS_IMPORT = "Targets are imported by principal investigators, whom they let, and administrators"
"""Why the page that imports is not for everybody."""
