"""What the tour asks of `/graphql`."""

import json

from gateway.accept import JSON
from gateway.tour import TourRequest, graphql

VOTABLE = "application/x-votable+xml"
STAR = """\
{
  star(name: "* eps Gem") {
    name
    spTypeSimbad
    ldd { value error unit }
    exposures(first: 1, orderBy: [{ expMjdStart: DESC }]) { totalCount nodes { expId instrumentName } }
    granules(first: 1, where: { calibLevel: { eq: 2 } }) { nodes { granuleId identity { separation method } } }
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
TARGET = """\
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
MATCH = """\
{
  crossmatch(positions: [[344.4127, -29.6222], [100.983, 25.131], [10, 10]], radius: 10) {
    unmatched nodes { position separation star { name } }
  }
}"""
GROUPS = "{ exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count max { expMjdStart } } }"
MODELS = '{ dataModels(ucd: "phot.mag;em.IR.K") { key columns { table name unit } } }'

TOUR = (
    graphql(
        "one star, everything known",
        STAR,
        JSON,
        lambda text: json.loads(text)["data"]["star"]["granules"]["nodes"][0]["identity"]["method"] != "NONE",
    ),
    graphql("what is there on a target", TARGET, JSON, lambda text: '"HD 216956"' in text),
    graphql("ObsCore, live", OBSCORE, JSON, lambda text: len(json.loads(text)["data"]["obscore"]["nodes"]) == 3),
    graphql("ObsCore as VOTable", OBSCORE, VOTABLE, lambda text: text.count("<TR>") == 3),
    graphql("cross-match", MATCH, JSON, lambda text: json.loads(text)["data"]["crossmatch"]["unmatched"] == [2]),
    graphql("groups", GROUPS, JSON, lambda text: "SPICA" in text),
    graphql("the columns of all databases side by side", MODELS, JSON, lambda text: "spica.target" in text),
    TourRequest(
        "GraphQL by GET",
        "/graphql",
        {"query": LIST},
        right=lambda text: len(json.loads(text)["data"]["exposures"]["nodes"]) == 3,
    ),
    graphql("GraphQL as VOTable", LIST, VOTABLE, lambda text: text.count("<TR>") == 3),
    graphql("GraphQL as CSV", LIST, "text/csv", lambda text: len(text.splitlines()) == 4),
)
