"""Files of the collection, opened where they are: in its folder, or at its address."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from adapters.soda.collection import Collection
from adapters.soda.files import GranuleFile
from gateway.ranged import open_url
from gateway.settings import Settings
from oifits.errors import Malformed, NothingLeft, Unsupported
from oifits.source import LocalFile, Source, open_file
from planning.errors import BadInput, NotFound


class NoContent(Exception):
    """Nothing of the files is wanted: an answer of its own in SODA, with the status 204 (section 3.3)."""


def collection_of(settings: Settings) -> Collection | None:
    """The files that can be cut; None where none can."""
    if not settings.oifits_url:
        return None
    return Collection(settings.oifits_url.rstrip("/") + "/", settings.oifits)


def open_files(collection: Collection, files: Sequence[GranuleFile], stack: ExitStack) -> list[Source]:
    """Open files, which the stack closes; raises `NotFound` and `SourceUnavailable`."""
    return [_opened(collection, file, stack) for file in files]


def _opened(collection: Collection, file: GranuleFile, stack: ExitStack) -> Source:
    if not collection.folder:
        ranged = open_url(file.url)
        stack.callback(ranged.close)
        return ranged
    return stack.enter_context(_local(collection.folder, file.path))


def _local(folder: str, path: str) -> LocalFile:
    """A file below the folder; a link that leads out of it is none."""
    root = Path(folder).resolve()
    place = (root / path).resolve()
    if not place.is_relative_to(root) or not place.is_file():
        message = f"The file {path[:100]!r} is not in the collection"
        raise NotFound(message)
    return open_file(place)


@contextmanager
def refusals() -> Iterator[None]:
    """Raise `GatewayError` for what `oifits` refuses, and `NoContent` where nothing is wanted."""
    try:
        yield
    except NothingLeft as error:
        raise NoContent(str(error)) from error
    except (Malformed, Unsupported) as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        message = "The file cannot be read"
        raise NotFound(message) from error
