"""How `demo` prints the tour of the doors."""

import json
import shlex

from rich.console import Console

from gateway.settings import PREFIX, Settings
from gateway.tour import FOMALHAUT, TourAnswer, TourRequest

LINES = 40
"""Of an answer."""
SNIPPET = """\
import pyvo
stars = pyvo.dal.SCSService("{url}/scs/jsdc.star").search(pos=(100.983, 25.131), radius=1.0)
print(stars.to_table())"""


def show_checked(console: Console, answer: TourAnswer) -> None:
    """Print a request as a command, its answer, and whether that is right."""
    mark = "[green]ok[/green]" if answer.right else f"[red]wrong (HTTP {answer.status})[/red]"
    console.print(f"\n[bold]{answer.request.title}[/bold] {mark}")
    console.print(answer.request.command(answer.url), markup=False, soft_wrap=True)
    console.print(_pretty(answer.text), style="dim", markup=False, soft_wrap=True)


def show_document(console: Console, answer: TourAnswer) -> None:
    """Print the GraphQL document that was sent, and its answer."""
    console.print(f"\n[bold]{answer.request.title}[/bold]")
    console.print(json.loads(answer.request.body or "")["query"], markup=False, soft_wrap=True)
    console.print(_pretty(answer.text), style="cyan", markup=False, soft_wrap=True)


def invite(console: Console, url: str, settings: Settings) -> None:
    """Print what to try, and where the hub is, for commands that ask it."""
    cone = TourRequest("cone search", "/scs/jsdc.star", FOMALHAUT | {"SR": "1"})
    console.print("\n[bold]Try[/bold]")
    console.print(f"  GraphiQL, in a browser: {url}/graphql", markup=False)
    console.print(f"  a cone search: {cone.command(url)}", markup=False, soft_wrap=True)
    snippet = "\n".join(f"    {line}" for line in SNIPPET.format(url=url).splitlines())
    console.print(f"  pyvo:\n{snippet}", markup=False, soft_wrap=True)
    console.print(f"  all doors, explained: {url}/docs/", markup=False)
    roles = {"HUB": settings.hub, "HUB_WRITER": settings.hub_writer, "HUB_JOBS": settings.hub_jobs}
    named = roles | {"SPOOL": str(settings.spool)}
    assignments = " ".join(f"{PREFIX}{name}={shlex.quote(value)}" for name, value in named.items())
    console.print(f"  for publish, identify and doctor:\n    export {assignments}", markup=False, soft_wrap=True)


def _pretty(text: str) -> str:
    if text.startswith("{"):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    lines = text.splitlines()
    return "\n".join([*lines[:LINES], *([f"… {len(lines) - LINES} lines more"] if len(lines) > LINES else [])])
