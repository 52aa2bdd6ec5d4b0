"""Pages of `docs/astronomers/` that derive from the code: what codes mean, how to cite, where answers are cut."""

import re
from dataclasses import MISSING, fields
from urllib.parse import quote

from gateway.commands.pages import HEAD, setting_meanings
from gateway.settings import PREFIX, Settings
from schema import obsplan, origin, origins, spica_rules
from schema.catalog import DECLARED, SOURCES
from schema.column import Enumeration, Vocabulary
from schema.origin import Origin

NUMBERED = re.compile(r"(\d+): ([^,;]+)(?:[,;] |$)")
"""A code and its meaning in a description, as `0: not valid, 1: valid`."""
CODES = f"""\
{HEAD.format("schema/")}
# Codes

What the numbers, words and bits of columns mean. Documents say it too,
[beside the column](../doors/formats.md#codes-filters-models); in GraphQL numbers are enumerations, and bits lists of
words. NULL is no code: nobody has looked, or nobody knows.
"""
CITING = f"""\
{HEAD.format("schema/origins.py")}
# How to cite

Cite the database whose rows you used, and acknowledge the centre.
[Every VOTable](../doors/formats.md#where-it-is-from) says the same of the rows in it, with the request and its day:
keep that head, and a reader of yours can ask again.
"""
OBSERVERS = f"""\

## Data of observers

Files belong to those who observed. `bib_reference` of ObsCore, and `article` of OiDB's collections, is the bibcode of
the article that published them ([which articles](cookbook.md#what-to-cite)); `datapi` is whom to ask. A file that is
not released (`obs_release_date`, `data_rights`) is theirs alone.

## Acknowledgement

> This research has made use of the databases of the {origin.PUBLISHER}, {origin.HOME}.

Questions: `{origin.SUPPORT}`.
"""
LIMITS = f"""\
{HEAD.format("gateway/settings.py")}
# Limits

What is cut says so, and what is too much is refused with a sentence. The numbers are those of a gateway whose operators
have [set no others](../settings.md).

| what | limit | setting |
|---|---|---|
"""
CUT = """\

## How you see that an answer was cut

- A VOTable ends with `<INFO name="QUERY_STATUS" value="OVERFLOW"/>`, and only if there is more: `status` of pyvo's
  result. CSV has no place for it: compare the number of rows with your MAXREC, or ask `COUNT(*)`.
- GraphQL has `totalCount`, and `pageInfo { hasNextPage endCursor }`.
- A database that did not answer is named: INFO `WARNING` in a VOTable, `errors` in GraphQL. The rows of the others are
  there.

Say `MAXREC` for more rows than there are without it, and make [a job](../doors/jobs.md) of what takes long.
"""
LIMITED = (
    "max_rows_default", "max_rows", "sync_seconds", "stream_seconds", "max_page", "max_cost", "max_upload_bytes",
    "max_body_bytes", "max_jobs_each", "job_seconds", "job_days", "rate", "burst", "share",
)  # fmt: skip
"""The settings that who asks may meet."""


def codes_page() -> str:
    """Every closed list of codes, with the columns that use it."""
    lists: dict[Enumeration | Vocabulary, list[str]] = {}
    described: dict[str, list[str]] = {}
    bits = set()
    for table in DECLARED.tables.values():
        for column in table.columns:
            name = f"`{table.qualified}.{column.name}`"
            if listed := column.bits or column.enumeration or column.vocabulary:
                lists.setdefault(listed, []).append(name)
                bits.update({column.bits} - {None})
            elif len(NUMBERED.findall(column.description)) > 1:
                described.setdefault(column.description, []).append(name)
    lists[spica_rules.FLAG] = ["`progress` of `spicaNight`"]
    sections = [_list(listed, names, in_bits=listed in bits) for listed, names in lists.items()]
    sections += [_numbered(text, names) for text, names in described.items()]
    return CODES + "".join(sections) + _executions()


def citing_page() -> str:
    """Every source with its article, creators and version."""
    cited = {source.title: source.origin for source in SOURCES.values()} | {"ObsCore and ObsPlan": origins.OBSCORE}
    return CITING + "".join(_citation(title, said) for title, said in cited.items() if said) + OBSERVERS


def limits_page() -> str:
    """The limits that who asks may meet."""
    meanings = setting_meanings()
    defaults = {field.name: field.default for field in fields(Settings) if field.default is not MISSING}
    rows = (f"| {meanings[name]} | `{defaults[name]:,}` | `{PREFIX}{name.upper()}` |\n" for name in LIMITED)
    return LIMITS + "".join(rows) + CUT


def _list(listed: Enumeration | Vocabulary, names: list[str], *, in_bits: bool) -> str:
    title, _, more = listed.description.partition(": ")
    head = f"\n## {title}\n\n{f'{more[:1].upper()}{more[1:]}. ' if more else ''}{', '.join(names)}.\n\n"
    if in_bits:
        added = ((1 << int(bit), bit, name, meaning) for bit, (name, meaning) in listed.members.items())
        rows = (f"| {number} | {bit} | `{name}` | {meaning} |\n" for number, bit, name, meaning in added)
        return f"{head}| adds | bit | GraphQL | meaning |\n|---|---|---|---|\n{''.join(rows)}"
    rows = (f"| `{code}` | `{name}` | {meaning} |\n" for code, (name, meaning) in listed.members.items())
    return f"{head}| code | GraphQL | meaning |\n|---|---|---|\n{''.join(rows)}"


def _numbered(description: str, names: list[str]) -> str:
    """The codes that a description lists, where GraphQL has the number too."""
    title = names[0].strip("`").rpartition(".")[2].replace("_", " ").capitalize()
    rows = "".join(f"| `{code}` | {meaning} |\n" for code, meaning in NUMBERED.findall(description))
    more = NUMBERED.sub("", description)
    return f"\n## {title}\n\n{', '.join(names)}.{f' {more}.' if more else ''}\n\n| code | meaning |\n|---|---|\n{rows}"


def _executions() -> str:
    """The words of ObsLocTAP for the statuses of runs."""
    rows = "".join(f"| `{status}` | `{word}` |\n" for status, word in obsplan.EXECUTION.items())
    head = "\n## Execution status\n\n`ivoa.obsplan.execution_status`, of `spica.followup.run_status`.\n\n"
    return f"{head}| run | execution |\n|---|---|\n{rows}"


def _citation(title: str, said: Origin) -> str:
    article = f"[{said.article}](https://ui.adsabs.harvard.edu/abs/{quote(said.article)}), {said.journal}"
    return (
        f"\n## {title}\n\n{said.title}.\n\n"
        f"- Article: {article if said.article else 'none that is asked for'}\n"
        f"- By: {'; '.join(said.creators)}\n"
        f"- Version: {said.version or 'none, it changes from day to day: say the day'}\n"
        f"- Asked of you: {said.rights}\n"
        f"- Read on: <{said.page}>\n"
    )
