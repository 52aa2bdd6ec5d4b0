"""`python -m gateway identify`: which star each record is, found out now."""

import asyncio
from itertools import zip_longest

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gateway.settings import SettingError, Settings
from identity.batch import BatchOutcome
from identity.batch import identify as run
from planning.errors import GatewayError
from schema.crossid import METHOD

CONSOLE = Console(highlight=False)
HEADER = ("Records", "Changed", "Gone", *(name.lower().replace("_", " ") for name, _ in METHOD.members.values()), "s")


def identify(settings: Settings, *, full: bool) -> int:
    """Identify and tell how it went; 0 if every source answered."""
    if not settings.hub_writer:
        message = "GATEWAY_HUB_WRITER is missing: the hub's DSN, as postgresql://gateway_identity@localhost/hub"
        raise SettingError(message)
    columns = (SpinnerColumn(), TextColumn("{task.description:18}"), BarColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=CONSOLE, transient=True) as progress:
            bar = progress.add_task("", total=1.0)
            report = lambda what, part: progress.update(bar, description=what, completed=part)  # noqa: E731
            outcomes = asyncio.run(run(settings.hub_writer, report, full=full))
    except GatewayError as error:
        CONSOLE.print(f"[red]{error}[/red]")
        return 1
    CONSOLE.print(_summary(outcomes))
    return 1 if any(outcome.failure for outcome in outcomes) else 0


def _summary(outcomes: list[BatchOutcome]) -> Table:
    """A column for each kind of records: rows of all figures are wider than most terminals."""
    table = Table("", *(outcome.kind.title for outcome in outcomes), box=None)
    columns = [[outcome.failure] if outcome.failure else _figures(outcome) for outcome in outcomes]
    for row in zip_longest(HEADER, *columns, fillvalue=""):
        table.add_row(*row)
    return table


def _figures(outcome: BatchOutcome) -> list[str]:
    methods = [outcome.methods.get(code, 0) for code in METHOD.members]
    return [*map(str, (sum(methods), outcome.changed, outcome.removed, *methods)), f"{outcome.seconds:.2f}"]
