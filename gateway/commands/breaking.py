"""`python -m gateway breaking`: what the schema no longer offers that it did when last landed.

A break on purpose is accepted by writing its line, as this command prints it, into `schema/breaking.txt`; lines that
break nothing any more are to be taken out again.
"""

import subprocess
import sys
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from gateway.commands.checkout import ROOT, require_checkout

SDL = Path("schema", "schema.graphql")
ACCEPTED = ROOT / "schema" / "breaking.txt"
MAIN = ("origin/main", "main")


def main(base: str | None) -> int:
    """Compare with a commit, else that from which the current one set out; 1 if something broke unaccepted."""
    require_checkout("breaking")
    try:
        before = landed(base)
    except subprocess.CalledProcessError as error:
        print(error.stderr.strip(), file=sys.stderr)
        return 2
    accepted = ACCEPTED.read_text().splitlines()
    changes = broken(before, (ROOT / SDL).read_text())
    for line in changes:
        print(f"{'accepted' if line in accepted else 'BREAKS'}: {line}", file=sys.stderr)
    for line in accepted:
        if line and not line.startswith("#") and line not in changes:
            print(f"{ACCEPTED.name} accepts what does not break: {line}", file=sys.stderr)
    return 0 if set(changes) <= set(accepted) else 1


def broken(before: str, after: str) -> list[str]:
    """What clients of the schema before can no longer do, a line each."""
    changes = find_breaking_changes(build_schema(before), build_schema(after))
    return sorted(f"{change.type.name}: {change.description}" for change in changes)


def landed(base: str | None) -> str:
    """The schema at a commit: the one given, else where the branch left main, else the one before."""
    return _git("show", f"{base or _parted() or 'HEAD~1'}:{SDL.as_posix()}")


def _parted() -> str | None:
    head = _git("rev-parse", "HEAD").strip()
    for name in MAIN:
        try:
            parted = _git("merge-base", "HEAD", name).strip()
        except subprocess.CalledProcessError:
            continue
        if parted != head:
            return parted
    return None


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return done.stdout
