"""`python -m gateway index-oifits`: what the files of a folder have, and how OiDB's granules differ."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.oifits_files import collection_of
from gateway.settings import PREFIX, SettingError, Settings
from oifits.comparison import differences, matches
from oifits.errors import OifitsError
from oifits.granule import FileIndex, Granule
from oifits.index import index_file
from oifits.plausibility import Place
from oifits.source import files_of, open_file
from planning.errors import GatewayError
from publishing.oifits_index import VERSION

if TYPE_CHECKING:
    from gateway.oifits_index import Outcome, Report
    from publishing.oifits_index import IndexedFile as IndexedInHub


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A file as it was when it was indexed; `error` where it could not be."""

    path: str
    size: int
    modified: int
    """Nanoseconds since 1970."""
    index: FileIndex
    error: str = ""
    version: int = VERSION


def index_oifits(folder: Path, index: Path, oidb: Path | None, table: Path | None) -> int:
    """Index the files that are new or have changed; 0 if all could be read.

    Parameters
    ----------
    folder
        Where the files are, in folders of their own or not.
    index
        JSON of each file, a line each; what it has of files that are as they were is kept.
    oidb
        CSV of granules of OiDB to compare with, as TAP gives oidb.granule; None for none.
    table
        CSV to write, a line for each granule; None for none.
    """
    before, theirs = _read(index), _rows(oidb)
    places = {row["target_name"]: (float(row["s_ra"]), float(row["s_dec"])) for row in theirs if row.get("s_ra")}
    files = [_indexed(folder, path, before, places) for path in files_of(folder)]
    _write(index, "".join(json.dumps(asdict(one)) + "\n" for one in files))
    if table:
        _write(table, _table(files))
    new = sum(before.get(one.path) is not one for one in files)
    granules = sum(len(one.index.granules) for one in files)
    print(f"{len(files)} files, {new} of them read now: {granules} granules")
    for one in files:
        _tell(
            one,
            [row for row in theirs if Path(row.get("file") or row.get("access_url", "")).name == Path(one.path).name],
        )
    return 1 if any(one.error for one in files) else 0


def index_into_hub(settings: Settings, folder: Path) -> int:
    """Index the files that are new or have changed in the hub, and forget those that are gone; 0 if all could be read.

    Raises
    ------
    SettingError
        The settings do not say where the hub is written, or what the address of the files is.
    """
    if not settings.hub_writer or not settings.oifits_url:
        message = (
            f"{PREFIX}HUB_WRITER and {PREFIX}OIFITS_URL are wanted: the hub's DSN, as "
            "postgresql://gateway_identity@localhost/hub, and the address that files have in OiDB"
        )
        raise SettingError(message)
    failed: list[str] = []

    def report(one: "IndexedInHub") -> None:
        failed.extend([one.error] if one.error else [])
        for line in (*([one.error] if one.error else []), *one.index.problems):
            print(f"{one.state.path}: {line}")

    try:
        outcome = asyncio.run(_updated(settings, folder, report))
    except GatewayError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{outcome.files} files, {outcome.read} of them read now, {outcome.gone} forgotten: "
        f"{outcome.shown_rows} rows of {outcome.shown_files} files that are open to everybody"
    )
    return 1 if failed else 0


async def _updated(settings: Settings, folder: Path, report: "Report") -> "Outcome":
    # Here: without a hub none of it is wanted.
    from gateway.commands.work import open_engine
    from gateway.oifits_index import update_index

    collection = collection_of(settings)
    assert collection is not None  # noqa: S101 - for mypy: `index_into_hub` has looked
    async with open_engine(settings) as engine:
        return await update_index(settings.hub_writer, engine.hub, collection, folder, report)


def _indexed(folder: Path, path: Path, before: Mapping[str, IndexedFile], places: Mapping[str, Place]) -> IndexedFile:
    name, state = path.relative_to(folder).as_posix(), path.stat()
    known = before.get(name)
    if known and (known.size, known.modified, known.version) == (state.st_size, state.st_mtime_ns, VERSION):
        return known
    try:
        with open_file(path) as source:
            return IndexedFile(name, state.st_size, state.st_mtime_ns, index_file(source, places))
    except (OifitsError, OSError) as error:
        return IndexedFile(name, state.st_size, state.st_mtime_ns, FileIndex((), ()), str(error))


def _read(index: Path) -> dict[str, IndexedFile]:
    """An index that was written before; none where there is none, or it is of another version."""
    if not index.exists():
        return {}
    found = (json.loads(line) for line in index.read_text().splitlines())
    return {one["path"]: _restored(one) for one in found if one.get("version") == VERSION}


def _restored(one: Mapping[str, object]) -> IndexedFile:
    told = dict(one)
    index = told.pop("index")
    assert isinstance(index, dict)  # noqa: S101 - as `_write` writes it
    granules = tuple(Granule(**granule | {"stations": tuple(granule["stations"])}) for granule in index["granules"])
    return IndexedFile(index=FileIndex(granules, tuple(index["problems"])), **told)  # type: ignore[arg-type]


def _write(path: Path, text: str) -> None:
    """Write a file as a whole, or leave it as it was."""
    made = path.with_name(f"{path.name}.new")
    made.write_text(text)
    os.replace(made, path)  # noqa: PTH105 - over an existing one, on every system


def _rows(oidb: Path | None) -> list[dict[str, str]]:
    if oidb is None:
        return []
    with oidb.open(newline="") as text:
        return list(csv.DictReader(text))


def _table(files: Sequence[IndexedFile]) -> str:
    names = [one.name for one in fields(Granule)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", *names])
    for one in files:
        for granule in one.index.granules:
            writer.writerow([one.path, *(_cell(getattr(granule, name)) for name in names)])
    return text.getvalue()


def _cell(value: object) -> object:
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else value


def _tell(one: IndexedFile, rows: Sequence[Mapping[str, str]]) -> None:
    for line in (*([one.error] if one.error else []), *one.index.problems, *_differences(one, rows)):
        print(f"{one.path}: {line}")


def _differences(one: IndexedFile, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Sentences about granules that differ from OiDB's, or that only one of both has."""
    left = list(rows)
    for granule in one.index.granules if rows else ():
        name = f"{granule.target_name} {granule.insname} {granule.night}"
        row = next((row for row in left if matches(granule, row)), None)
        if row is None:
            yield f"{name}: OiDB has no such granule"
            continue
        left.remove(row)
        yield from (f"{name}: {difference}" for difference in differences(granule, row))
    yield from (f"{row['target_name']} {row['instrument_name']}: OiDB's alone" for row in left)
