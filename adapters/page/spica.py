"""The pages of the survey with SPICA: what their GraphQL documents are answered, as HTML; the rest is for scripts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.page.rendering import TEMPLATES, messages, rendered
from adapters.page.spica_filters import FLAGS, PAGE, RADIUS, SORTS, STATES
from adapters.page.spica_words import (
    ACTIVITIES,
    COMPLETION_WORDS,
    MODE_WORDS,
    PRIORITIES,
    PROGRAM_KINDS,
    QUALITY,
    STATUSES,
)
from planning.asker import Asker
from planning.changes import bounds_of
from schema.column import Column, Writers
from schema.mutations import SET_PROGRAM, UPSERT_TARGET, Mutation
from schema.sexagesimal import dms, hms
from schema.spica_rules import PROGRAMMES
from schema.table import Table

Values = Mapping[str, Any]
CATALOGUE = "spica"
TEMPLATES.filters |= {"hms": hms, "dms": dms}
LABELS = {
    "target_main_id": "Name, as SIMBAD has it", "row_state": "State", "spica_mode": "Mode", "priority_pi": "Priority",
    "e_ld_jsdc2": "Error of the diameter", "priority_final": "Priority of the scheduler",
    "completion_rate": "Completion", "qcs_flag": "Flag of the quality control", "ob_refs": "Blocks validated",
}  # fmt: skip
"""What forms call columns whose description is longer than a label."""
GROUPS = {
    "Names and place": ("target_main_id", "hd", "gaia_id", "ra", "dec", "spt", "plx"),
    "Size": ("ld_jsdc2", "e_ld_jsdc2", "model"),
    "Activity": ("flag_activity_rot", "flag_activity_bin", "flag_activity_wind", "flag_activity_disk"),
}  # fmt: skip
"""Titles of groups of a target's columns, but for magnitudes and what the survey has."""
SECTIONS = {"program": "programs", "target": "targets"}
"""Pages that belong to the list of another."""
PASSING = ("after", "before", "lang", "format")
"""Parameters of a list that its links to other lists leave out."""
WAITING = {"observed": "to be reduced", "reduced": "to be validated"}
"""Statuses of runs that somebody has to do something about, and what."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page of the survey."""

    asker: Asker
    writable: bool
    """Whether this gateway writes to SPICA-DB at all."""

    @property
    def given(self) -> Values:
        """What scripts are told, so that they offer what may be done: the gateway decides by itself."""
        return {
            "login": self.asker.login, "names": sorted(self.asker.acts_for(CATALOGUE)),
            "admin": self.asker.administers(CATALOGUE),
            "writes": self.writable and self.asker.known and self.asker.writes,
        }  # fmt: skip

    def owns(self, piname: str | None) -> bool:
        """Whether a programme is theirs, by the names of its investigators."""
        names = self.asker.acts_for(CATALOGUE)
        return any(name.strip().upper() in names for name in (piname or "").split("/"))


def programs_page(payload: Values, reader: Reader, language: str) -> str:
    """Write the page of all programmes, one's own first."""
    data = payload.get("data") or {}
    known = (data.get("spicaPrograms") or {}).get("nodes", ())
    programs = [_program(one, data, mine=reader.owns(one["piname"])) for one in known]
    programs.sort(key=lambda one: not one["mine"])
    return _rendered("spica_programs.html", reader, language, payload, programs=programs, waiting=WAITING)


def program_page(name: str, params: Values, payload: Values, reader: Reader, language: str) -> str:
    """Write the page of a programme, whose follow-up a script adds to."""
    program = (payload.get("data") or {}).get("spicaProgram") or {}
    mine = reader.owns(program.get("piname"))
    statuses = {group["key"]["runStatus"]: group["count"] for group in program.get("byStatus") or ()}
    return _rendered(
        "spica_program.html", reader, language, payload, params=defaultdict(str, params), mine=mine,
        program=program or {"progname": name}, runs=program.get("runs") or {},
        counts={status: statuses[status] for status in STATUSES if status in statuses}, waiting=WAITING,
        modes=_modes(program.get("byMode") or ()), quality=QUALITY, mode_words=MODE_WORDS,
        kinds=PROGRAM_KINDS,
        given={**reader.given, "program": name, "piname": program.get("piname"), "mine": mine},
    )  # fmt: skip


def targets_page(params: Values, payload: Values, message: str, reader: Reader, language: str) -> str:
    """Write the list of targets and its filters; `message` says what of these is wrong, "" nothing."""
    found = (payload.get("data") or {}).get("spicaTargets") or {}
    kept = {name: value for name, value in params.items() if value and name not in PASSING}
    return _rendered(
        "spica_targets.html", reader, language, payload, params=defaultdict(str, params), kept=kept,
        message=message, found=found,
        programmes=PROGRAMMES, modes=MODE_WORDS, priorities=PRIORITIES, completions=COMPLETION_WORDS,
        flags=_flag_words(), states=STATES, sorts=tuple(SORTS), radius=RADIUS, size=PAGE,
    )  # fmt: skip


def target_page(key: str, payload: Values, reader: Reader, language: str) -> str:
    """Write the page of a target, which a script fills and edits."""
    target = (payload.get("data") or {}).get("spicaTarget")
    given = {**reader.given,
        "id": key, "answer": payload,
        "fields": _fields(UPSERT_TARGET), "entryFields": _fields(SET_PROGRAM),
        "statuses": STATUSES, "quality": {str(level): word for level, word in QUALITY.items()},
    }  # fmt: skip
    title = (target or {}).get("targetMainId") or key
    return _rendered("spica_target.html", reader, language, {}, page="spica-target", title=title, key=key, given=given)


def night_page(reader: Reader, evening: str, language: str) -> str:
    """Write the page of a night, which a script fills; `evening` is the date that is shown where none is asked."""
    given = {"evening": evening, "programmes": PROGRAMMES, "modes": MODE_WORDS}
    return _rendered("spica_night.html", reader, language, {}, page="spica-night", given=given)


def import_page(reader: Reader, language: str) -> str:
    """Write the page that imports targets, which is a script's."""
    given = {**reader.given, "programmes": PROGRAMMES}
    return _rendered("spica_import.html", reader, language, {}, page="spica-import", given=given)


def _rendered(template: str, reader: Reader, language: str, payload: Values, **values: Any) -> str:
    errors = messages(payload)
    name = template.removeprefix("spica_").removesuffix(".html")
    shared = {"page": "spica", "errors": errors, "rights": reader.given, "section": SECTIONS.get(name, name)}
    return rendered(template, language, **(shared | values))


def _program(program: Values, data: Values, *, mine: bool) -> Values:
    """A programme with its numbers."""
    name = program["progname"]
    groups = _of(data.get("byCompletion"), name)
    targets = sum(group["count"] for group in groups)
    done = sum((group["related"]["target"]["completionRate"] or 0) * group["count"] for group in groups)
    return {
        **program, "mine": mine, "targets": targets, "completion": done / targets if targets else None,
        "complete": sum(group["count"] for group in groups if (group["related"]["target"]["completionRate"] or 0) >= 1),
        "runs": {group["key"]["runStatus"]: group["count"] for group in _of(data.get("byStatus"), name)},
        "unranked": sum(group["count"] for group in _of(data.get("unranked"), name)),
    }  # fmt: skip


def _of(groups: Sequence[Values] | None, name: str) -> list[Values]:
    return [group for group in groups or () if group["key"]["progname"] == name]


def _modes(groups: Iterable[Values]) -> Mapping[str, Values]:
    """By mode: how many targets, how much of them is done, and how many have each final priority."""
    modes: dict[str, dict[str, Any]] = {}
    for group in groups:
        mode = modes.setdefault(group["key"]["spicaMode"] or "", {"targets": 0, "done": 0.0, "priorities": Counter()})
        target, count = group["related"]["target"], group["count"]
        mode["targets"] += count
        mode["done"] += (target["completionRate"] or 0) * count
        if target["priorityFinal"] is not None:
            mode["priorities"][target["priorityFinal"]] += count
    for mode in modes.values():
        mode["priorities"] = dict(sorted(mode["priorities"].items()))
    return modes


def _flag_words() -> Mapping[str, str]:
    quality = {"qcs0": "quality control: 0", "qcs1": "quality control: 1", "qcsnone": "quality control: none yet"}
    return {name: quality.get(name) or ACTIVITIES[name.capitalize()] for name in FLAGS}


def _fields(mutation: Mutation) -> list[Values]:
    """Columns that a mutation writes, as a form wants them: what each is called, holds, and who may write it."""
    return [_field(mutation.table, column) for column in mutation.values]


def _field(table: Table, column: Column) -> Values:
    magnitude = column.unit == "mag"
    return {
        "name": column.graphql, "column": column.name, "unit": column.unit, "kind": column.type.graphql,
        "title": column.name[0].upper() if magnitude else LABELS.get(column.name, column.description),
        "admin": column.writers is Writers.SERVICES, "choices": _choices(column), "group": _group(column),
        "bounds": bounds_of(table, column),
    }  # fmt: skip


def _group(column: Column) -> str:
    """The title of the group of a target's column."""
    if column.unit == "mag":
        return "Magnitudes"
    return next((title for title, names in GROUPS.items() if column.name in names), "In the survey")


def _choices(column: Column) -> Mapping[str, str] | None:
    """What a column may hold, in words; None for what is typed in."""
    if column.name == "row_state":
        return {state: state for state in STATES}
    if column.name == "priority_pi":
        return {str(value): word for value, word in PRIORITIES.items()}
    return {str(text): word for text, (_, word) in column.vocabulary.members.items()} if column.vocabulary else None
