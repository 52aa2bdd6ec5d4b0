"""GraphQL's mutations: each changes rows of one table that has owners, and all of it derives from what is said here."""

from dataclasses import dataclass
from functools import cached_property

from schema.column import Column
from schema.spica import DELEGATION, FOLLOWUP, PROGNAME, SOURCE, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.table import Table


@dataclass(frozen=True, eq=False)
class Mutation:
    """A mutation, with its form for many rows."""

    field: str
    """Field of GraphQL's Mutation type."""
    bulk: str
    """The same for many rows, all or nothing."""
    description: str
    table: Table
    match: tuple[Column, ...]
    """What a row is found by."""
    values: tuple[Column, ...]
    """What may be said of it."""
    required: tuple[Column, ...] = ()
    """What must be said."""
    creates: bool = False
    """Whether a row that is not there is made."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of its input."""
        return (*self.match, *(column for column in self.values if column not in self.match))

    @property
    def title(self) -> str:
        """Its name as types begin with it."""
        return self.field[0].upper() + self.field[1:]

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """Columns of its input by GraphQL name."""
        return {column.graphql: column for column in self.columns}


def _columns(table: Table, *names: str) -> tuple[Column, ...]:
    return tuple(column for column in table.stored if column.name in names)


UPSERT_TARGET = Mutation(
    "upsertSpicaTarget",
    "upsertSpicaTargets",
    "Change a target of the survey, or without spicadbId make a new one",
    TARGET,
    (SPICADB_ID,),
    SOURCE.ownership[TARGET].changed,
)
SET_PROGRAM = Mutation(
    "setSpicaTargetProgram",
    "setSpicaTargetPrograms",
    "Say how a programme wants a target; it joins the programme if it is not in it",
    TARGET_PROGRAM,
    (SPICADB_ID, PROGNAME),
    SOURCE.ownership[TARGET_PROGRAM].changed,
    (SPICADB_ID, PROGNAME),
    creates=True,
)
RECORD_RUN = Mutation(
    "recordSpicaRun",
    "recordSpicaRuns",
    "Record a run, planned or done, or change what is recorded of it",
    FOLLOWUP,
    (FOLLOWUP.key,),
    SOURCE.ownership[FOLLOWUP].inserted,
    (FOLLOWUP.key,),
    creates=True,
)
SET_STATUS = Mutation(
    "setRunStatus",
    "setRunStatuses",
    "Say how far a run is",
    FOLLOWUP,
    (FOLLOWUP.key,),
    _columns(FOLLOWUP, "run_status"),
    (FOLLOWUP.key, *_columns(FOLLOWUP, "run_status")),
)
SET_QUALITY = Mutation(
    "setQuality",
    "setQualities",
    "Say how good the data of a run are, as the quality control does",
    FOLLOWUP,
    (FOLLOWUP.key,),
    _columns(FOLLOWUP, "qcs_flag", "quality_level"),
    (FOLLOWUP.key,),
)
ADD_COMMENT = Mutation(
    "addComment",
    "addComments",
    "Add a line to the remarks of a programme about a target",
    TARGET_PROGRAM,
    (SPICADB_ID, PROGNAME),
    _columns(TARGET_PROGRAM, "comments"),
    (SPICADB_ID, PROGNAME, *_columns(TARGET_PROGRAM, "comments")),
)
VALIDATE = Mutation(
    "validateObservation",
    "validateObservations",
    "Validate a run: its target is that much more complete, by the mode of the programme, and has one block more",
    FOLLOWUP,
    (FOLLOWUP.key,),
    _columns(FOLLOWUP, "quality_level"),
    (FOLLOWUP.key,),
)
MUTATIONS = (UPSERT_TARGET, SET_PROGRAM, RECORD_RUN, SET_STATUS, SET_QUALITY, ADD_COMMENT, VALIDATE)
"""Those whose rows are of a table that anybody reads."""
DELEGATE = Mutation(
    "updateDelegations",
    "updateDelegations",
    "Let others write your rows, or let them no longer",
    DELEGATION,
    _columns(DELEGATION, "piname", "coi_alias", "catalog"),
    _columns(DELEGATION, "row_state"),
    creates=True,
)
