"""Cut files: the parts of one or several that are wanted, as one file, with nothing lost of what is in them.

    part_of(source, selection)  →  cut(parts, cards)  →  written(outputs)

Private columns, HIERARCH keywords and tables of other kinds stay as they are, and all cells have the bytes that they
had, but for numbers that name a row of another table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oifits.blocks import Bytes, cells, require_plain
from oifits.channels import narrowed
from oifits.correlations import Correlation, correlations, pointers
from oifits.errors import Unsupported
from oifits.hdus import DTYPES, Column, Hdu
from oifits.measurements import KINDS
from oifits.merging import Renaming, in_order, other_primaries, primary_header, renamings
from oifits.output import Output, Rewrite, Rows, rewriting, table, whole, with_checksums
from oifits.parts import CORR, INSPOL, FilePart, Kept
from oifits.provenance import upgrades
from oifits.upgrade import is_second, upgraded_array, without_time


@dataclass(frozen=True, eq=False, slots=True)
class _Edits:
    """Changes of the tables of a part."""

    renaming: Renaming
    correlations: Mapping[str, Correlation | None]


def cut(parts: Sequence[FilePart], cards: bytes) -> list[Output]:
    """The units of a file that has these parts.

    Parameters
    ----------
    parts
        Of one file or several, in the order in which they are written, but for those of OIFITS 1 after OIFITS 2.
    cards
        Added to the primary header.

    Raises
    ------
    Malformed, Unsupported
        A table cannot be cut, or the files cannot be merged.
    """
    parts, cards = in_order(parts), cards + upgrades([is_second(part) for part in parts])
    merging = renamings(parts)
    first = parts[0]
    outputs = [whole(first.source, first.primary, primary_header(parts).extended(cards)), *other_primaries(parts)]
    if merging.targets:
        outputs.append(merging.targets)
    for part, renaming in zip(parts, merging.files, strict=True):
        edits = _Edits(renaming, correlations(part.source, part.kept) if _is_cut(part) else {})
        outputs += [one for kept in part.kept[1:] for one in _output(part, kept, edits)]
    if len(parts) > 1:
        outputs = [Output(merging.versioned(one.header), one.size, one.data) for one in outputs]
    return with_checksums(outputs)


def _is_cut(part: FilePart) -> bool:
    """Whether elements of a correlation matrix may be gone."""
    return part.lessened or any(kept.rows is not None or kept.channels is not None for kept in part.kept)


def _output(part: FilePart, kept: Kept, edits: _Edits) -> Iterator[Output]:
    hdu = kept.hdu
    if id(hdu) in edits.renaming.left_out:
        return
    if hdu.name == CORR and hdu.header.string("CORRNAME") in edits.correlations:
        correlation = edits.correlations[hdu.header.string("CORRNAME")]
        if correlation:
            yield _matrix(part, hdu, correlation, edits.renaming)
    elif hdu.name in KINDS or hdu.name == INSPOL:
        yield _measurements(part, kept, edits)
    elif hdu.name == "OI_ARRAY" and edits.renaming.upgraded:
        yield upgraded_array(part, kept, edits.renaming.header(hdu.header))
    elif kept.rows is None:
        yield whole(part.source, hdu, edits.renaming.header(hdu.header))
    else:
        yield table(part.source, hdu, edits.renaming.header(hdu.header), Rows(kept.rows))


def _measurements(part: FilePart, kept: Kept, edits: _Edits) -> Output:
    """A table of measurements or of polarisation, cut."""
    hdu, name = kept.hdu, kept.hdu.header.string("CORRNAME")
    correlation = edits.correlations.get(name)
    lost = name in edits.correlations and correlation is None
    dropped = pointers(hdu) if lost else []
    rewrites = list(_renumbering(hdu, edits.renaming))
    if edits.renaming.upgraded:
        rewrites += without_time(hdu)
    if correlation:
        rewrites += [_pointing(hdu, column, correlation, kept) for column in pointers(hdu)]
    if kept.channels is None and not dropped:
        rows, header = Rows(kept.rows, tuple(rewrites)), hdu.header
    else:
        narrow = narrowed(hdu, kept.channels, kept.count, dropped)
        rows, header = Rows(kept.rows, tuple(rewrites), narrow.bytes_kept), narrow.header
    return table(part.source, hdu, edits.renaming.header(header.without(["CORRNAME"]) if lost else header), rows)


def _renumbering(hdu: Hdu, renaming: Renaming) -> Iterator[Rewrite]:
    """Changes of TARGET_ID, and of INSNAME where it is a column."""
    if renaming.targets and (column := _whole_numbers(hdu, "TARGET_ID")):
        yield rewriting(column, DTYPES[column.letter], renaming.target)
    column = hdu.column("INSNAME")
    if hdu.name == INSPOL and column and renaming.insnames:
        yield _renaming(column, renaming.insnames)


def _renaming(column: Column, names: Mapping[str, str]) -> Rewrite:
    def rewrite(block: Bytes) -> None:
        values = cells(block, column)
        for place, old in enumerate(values.tolist()):
            new = names.get(old.partition(b"\0")[0].decode("latin-1").strip())
            if new is not None:
                values[place] = new.encode("latin-1", "replace")

    return rewrite


def _whole_numbers(hdu: Hdu, name: str) -> Column | None:
    """A column whose numbers can be changed in their place."""
    column = hdu.column(name)
    if column:
        require_plain(hdu, column)
        if column.letter not in "IJK" or column.repeat != 1:
            message = f"{hdu.name}: {name} is of type {column.repeat}{column.letter}, which is not written here"
            raise Unsupported(message)
    return column


def _pointing(hdu: Hdu, column: Column, correlation: Correlation, kept: Kept) -> Rewrite:
    found = _whole_numbers(hdu, column.name) or column
    return rewriting(found, DTYPES[found.letter], correlation.pointing(kept.channels))


def _matrix(part: FilePart, hdu: Hdu, correlation: Correlation, renaming: Renaming) -> Output:
    columns = [column for name in ("IINDX", "JINDX") if (column := _whole_numbers(hdu, name))]
    rewrites = tuple(rewriting(column, DTYPES[column.letter], correlation.number) for column in columns)
    header = renaming.header(hdu.header).replaced("NDATA", correlation.size)
    return table(part.source, hdu, header, Rows(correlation.pairs, rewrites))
