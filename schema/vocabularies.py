"""The closed lists of what columns may hold as text, or as bits of a number.

Sources: the enumerations of ASPRO2 (`ObservationType`), ObsCore 1.1, the proposals for SPICA-DB, the ReadMe of VizieR
II/346.
"""

from schema.column import Vocabulary
from schema.spica_rules import MODES

OBSERVATION_TYPE = Vocabulary(
    "ObservationType",
    "What an observation is for",
    {
        "science": ("SCIENCE", "Of what is studied"),
        "calibrator": ("CALIBRATOR", "Of a star of known size, to calibrate by"),
    },
)
DATA_RIGHTS = Vocabulary(
    "DataRights",
    "Who may have data (ObsCore 1.1, section 4.4): none of it alone says whether they are open, which isPublic does",
    {
        "public": ("PUBLIC", "Everybody"),
        "secure": ("SECURE", "Everybody once they are released"),
        "proprietary": ("PROPRIETARY", "Their owners; everybody once they are released"),
    },
)
SOURCES = Vocabulary(
    "ObsCoreSource",
    "The database that says of an observation",
    {
        "oidb": ("OIDB", "OiDB, interferometric data"),
        "obsportal": ("OBSPORTAL", "The Obs Portal, logs of observations"),
        "spica": ("SPICA", "SPICA-DB, runs of the survey"),
    },
)
RUN_STATUS = Vocabulary(
    "RunStatus",
    "How far a run is",
    {
        "planned": ("PLANNED", "For some night"),
        "scheduled": ("SCHEDULED", "For a certain night"),
        "observed": ("OBSERVED", "It has exposures"),
        "reduced": ("REDUCED", "It has data"),
        "validated": ("VALIDATED", "Its data are good"),
        "rejected": ("REJECTED", "Its data are not"),
    },
)
ROW_STATE = Vocabulary(
    "RowState",
    "Whether a row counts: nothing is ever deleted",
    {"active": ("ACTIVE", "It counts"), "withdrawn": ("WITHDRAWN", "It is kept, and counts no more")},
)
SPICA_MODE = Vocabulary(
    "SpicaModeTerm",
    "What a programme wants to make of a target",
    {code: (code, mode.description) for code, mode in MODES.items()},
)
CAL_FLAG = Vocabulary(
    "CalFlagBit",
    "Why a star is not fit to be a calibrator",
    {
        0: ("CHI2", "χ² of its diameter is above 5"),
        1: ("DOUBLE", "It is double"),
        2: ("SUSPICIOUS_TYPE", "Its type in SIMBAD is suspicious"),
        3: ("CLOSE_NEIGHBOUR", "It has a close neighbour"),
    },
)
IR_FLAG = Vocabulary(
    "IrFlagBit",
    "What a star is in the infrared",
    {
        0: ("EXCESS", "It has an infrared excess"),
        1: ("EXTENDED", "It is extended in the infrared"),
        2: ("VARIABLE", "It is likely variable"),
    },
)
