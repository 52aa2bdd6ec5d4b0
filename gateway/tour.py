"""A tour of the doors: one question on each, asked over HTTP as any client would, and the answer looked at."""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from rich.console import Console

QUESTION = """\
{
  star(name: "* eps Gem") {
    name
    spTypeSimbad
    ldd { value error unit }
    exposures(first: 1, orderBy: [{ expMjdStart: DESC }]) { totalCount nodes { expId instrumentName } }
    granules(first: 1, where: { calibLevel: { eq: 2 } }) { nodes { id identity { separation method } } }
    spicaTargets { nodes { completionRate runs(first: 1) { nodes { tplStart runStatus } } } }
    calibrators(radius: 8, first: 1, orderBy: [{ vmag: ASC }]) { totalCount nodes { name ldd { value } } }
  }
}"""
LIST = """\
{
  exposures(first: 3, orderBy: [{ expMjdStart: DESC }]) {
    nodes { expId targetName instrumentName observation { obsType } }
  }
}"""
OBJECT = """\
{
  object(name: "Fomalhaut") {
    star { name ldd { value } }
    targets { nodes { targetName identity { separation method confidence } } }
    exposures { totalCount } granules { totalCount } spicaTargets { totalCount }
  }
}"""
OBSCORE = """\
{
  obscore(cone: { name: "Fomalhaut", radius: 0.1 }, first: 3, orderBy: [{ tMin: DESC }]) {
    nodes { obsPublisherDid source calibLevel targetName instrumentName tMin accessUrl }
  }
}"""
QUERY = """\
SELECT g.target_name, g.instrument_name, s.Name, s.LDD
FROM oidb.granule AS g
JOIN crossid.granule AS i ON i.id = g.id
JOIN jsdc.star AS s ON s.jsdc_id = i.star_id
WHERE g.calib_level >= 2 AND s.LDD > 1"""
MATCH = """\
{
  crossmatch(positions: [[344.4127, -29.6222], [100.983, 25.131], [10, 10]], radius: 10) {
    unmatched nodes { position separation star { name } }
  }
}"""
GROUPS = "{ exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count max { expMjdStart } } }"
MODELS = '{ dataModels(ucd: "phot.mag;em.IR.K") { key columns { table name unit } } }'
SNIPPET = """\
import pyvo
stars = pyvo.dal.SCSService("{url}/scs/jsdc.star").search(pos=(100.983, 25.131), radius=1.0)
print(stars.to_table())"""
JSON = "application/json"
FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222"}


@dataclass(frozen=True, slots=True)
class Door:
    """A question on one door."""

    title: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    right: Callable[[str], bool] = bool
    """Whether an answer is what it should be."""

    def request(self, url: str) -> Request:
        """The HTTP request."""
        told = f"?{urlencode(self.query)}" if self.query else ""
        return Request(f"{url}{self.path}{told}", self.body.encode() if self.body else None, dict(self.headers))  # noqa: S310 - ours

    def command(self, url: str) -> str:
        """The same with curl, to be pasted."""
        request = self.request(url)
        headers = [part for name, value in self.headers.items() for part in ("-H", f"{name}: {value}")]
        return shlex.join(["curl", "-s", *headers, *(["-d", self.body] if self.body else []), request.full_url])


@dataclass(frozen=True, slots=True)
class TourAnswer:
    """What a door said."""

    door: Door
    url: str
    status: int
    text: str

    @property
    def right(self) -> bool:
        """Whether the door said what it should."""
        try:
            return self.status == 200 and self.door.right(self.text)
        except (KeyError, TypeError, ValueError):  # not what was looked into
            return False


def _graphql(title: str, question: str, accept: str, right: Callable[[str], bool]) -> Door:
    body = json.dumps({"query": question})
    return Door(
        title, "/graphql", body=body, headers={"Content-Type": "application/json", "Accept": accept}, right=right
    )


def _cone(table: str) -> Door:
    query = FOMALHAUT | {"SR": "180", "MAXREC": "2"}
    return Door(f"cone search of {table}", f"/scs/{table}", query, right=lambda text: "<TD>" in text)


DOORS = (
    _graphql(
        "one star, everything known",
        QUESTION,
        JSON,
        lambda text: json.loads(text)["data"]["star"]["granules"]["nodes"][0]["identity"]["method"] != "NONE",
    ),
    _graphql("what is there on a target", OBJECT, JSON, lambda text: '"HD 216956"' in text),
    _graphql("ObsCore, live", OBSCORE, JSON, lambda text: len(json.loads(text)["data"]["obscore"]["nodes"]) == 3),
    _graphql("ObsCore as VOTable", OBSCORE, "application/x-votable+xml", lambda text: text.count("<TR>") == 3),
    _graphql("cross-match", MATCH, JSON, lambda text: json.loads(text)["data"]["crossmatch"]["unmatched"] == [2]),
    _graphql("groups", GROUPS, JSON, lambda text: "SPICA" in text),
    _graphql("the columns of all databases side by side", MODELS, JSON, lambda text: "spica.target" in text),
    Door(
        "GraphQL by GET",
        "/graphql",
        {"query": LIST},
        right=lambda text: len(json.loads(text)["data"]["exposures"]["nodes"]) == 3,
    ),
    _graphql("GraphQL as VOTable", LIST, "application/x-votable+xml", lambda text: text.count("<TR>") == 3),
    _graphql("GraphQL as CSV", LIST, "text/csv", lambda text: len(text.splitlines()) == 4),
    *map(
        _cone,
        (
            "jsdc.star",
            "jsdc.badcal",
            "obsportal.exposure",
            "obsportal.target",
            "oidb.granule",
            "spica.target",
            "spica.calprim",
            "ivoa.obscore",
        ),
    ),
    Door(
        "the Obs Portal's search, as ASPRO2 asks",
        "/search.votable",
        body=urlencode({"ra": FOMALHAUT["RA"], "dec": FOMALHAUT["DEC"], "radius": "30.0", "all_fields": "false"}),
        right=lambda text: "<TD>Fomalhaut</TD>" in text,
    ),
    Door(
        "ADQL over all databases (TAP)",
        "/tap/sync",
        {"LANG": "ADQL", "QUERY": QUERY},
        right=lambda text: "<TR>" in text,
    ),
    Door("what TAP can do", "/tap/capabilities", right=lambda text: "ivo://ivoa.net/std/TAP" in text),
    Door("whether TAP answers", "/tap/availability", right=lambda text: "<available>true" in text),
    Door("the tables of TAP", "/tap/tables", {"detail": "min"}, right=lambda text: "ivoa.obscore" in text),
    Door("examples of ADQL", "/tap/examples", right=lambda text: 'property="query"' in text),
    Door(
        "links of an observation",
        "/datalink/links",
        {"ID": "ivo://jmmc.fr/oidb?000020000091"},
        right=lambda text: all(term in text for term in ("#this", "#progenitor", "calibrators")),
    ),
    Door(
        "SIA 2.0: observations in a polygon and a band",
        "/sia",
        {"POS": "POLYGON 100 24 102 24 102 26 100 26", "BAND": "6e-7 9e-7"},
        right=lambda text: "<TR>" in text and 'value="ERROR"' not in text,
    ),
    Door("GetStar", "/getstar", {"star": "Fomalhaut"}, right=lambda text: 'GROUP name="LDD"' in text),
    Door(
        "OiDB's search",
        "/oidb/search",
        {"conesearch": "HD 48329,J2000,2,arcmin", "caliblevel": "1,2"},
        right=lambda text: "<TR>" in text,
    ),
    Door(
        "records for the VO registries",
        "/oai",
        {"verb": "ListRecords", "metadataPrefix": "ivo_vor"},
        right=lambda text: "tr:TableAccess" in text,
    ),
    Door("health, in the Obs Portal's words", "/health", right=lambda text: "synchronize_end" in text),
    Door("alive", "/livez", right=lambda text: "alive" in text),
    Door("ready", "/readyz", right=lambda text: "down" not in text),
)


def ask(url: str, door: Door) -> TourAnswer:
    """Ask a door; a failure to connect is an answer with status 0."""
    try:
        with urlopen(door.request(url), timeout=30) as response:  # noqa: S310 - an address of ours
            return TourAnswer(door, url, response.status, response.read().decode())
    except HTTPError as error:
        return TourAnswer(door, url, error.code, error.read().decode())
    except (URLError, TimeoutError) as error:
        return TourAnswer(door, url, 0, str(error))


def show(console: Console, answer: TourAnswer, *, whole: bool) -> None:
    """Print a question and its answer."""
    door = answer.door
    mark = "[green]ok[/green]" if answer.right else f"[red]wrong (HTTP {answer.status})[/red]"
    console.print(f"\n[bold]{door.title}[/bold] {mark}" if whole else f"\n[bold]{door.title}[/bold]")
    console.print(
        door.command(answer.url) if whole or answer.door is not DOORS[0] else QUESTION, markup=False, soft_wrap=True
    )
    console.print(_pretty(answer.text, lines=40), style="dim" if whole else "cyan", markup=False, soft_wrap=True)


def invite(console: Console, url: str) -> None:
    """Print what to try."""
    cone = Door("cone search", "/scs/jsdc.star", FOMALHAUT | {"SR": "1"})
    console.print("\n[bold]Try[/bold]")
    console.print(f"  GraphiQL, in a browser: {url}/graphql", markup=False)
    console.print(f"  a cone search: {cone.command(url)}", markup=False, soft_wrap=True)
    snippet = "\n".join(f"    {line}" for line in SNIPPET.format(url=url).splitlines())
    console.print(f"  pyvo:\n{snippet}", markup=False, soft_wrap=True)
    console.print("\nCtrl-C stops everything; a cache folder is all that stays.")


def _pretty(text: str, lines: int) -> str:
    if text.startswith("{"):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    found = text.splitlines()
    return "\n".join([*found[:lines], *([f"… {len(found) - lines} lines more"] if len(found) > lines else [])])
