/** What the tabs have when the page is first opened. */

export interface Example {
  query: string;
  variables?: string;
}

export const EXAMPLES: Example[] = [
  {
    query: `# One star with its diameter, what was observed of it, its data and its place in the survey.
query Star($name: String!) {
  star(name: $name) {
    name
    ra
    dec
    spTypeSimbad
    vmag { value error origin confidence }
    ldd { value error unit origin }
    exposures(first: 3, orderBy: [{ expMjdStart: DESC }]) { totalCount nodes { expId instrumentName expStart } }
    granules(first: 3) { totalCount nodes { granuleId calibLevel accessUrl } }
    spicaTargets { nodes { completionRate } }
  }
}
`,
    variables: '{ "name": "HD 48329" }',
  },
  {
    query: `# The calibrators of a star, the nearest first.
query Calibrators($name: String!, $radius: Float!) {
  star(name: $name) {
    name
    calibrators(radius: $radius, maxDiameter: 1, first: 10, orderBy: [{ separation: ASC }]) {
      totalCount
      nodes { name separation kmag { value } ldd { value error unit } }
    }
  }
}
`,
    variables: '{ "name": "HD 48329", "radius": 8 }',
  },
  {
    query: `# How many exposures each instrument made, and when it was last used.
query Instruments {
  exposuresAggregate(groupBy: [INSTRUMENT_NAME], orderBy: COUNT) {
    key { instrumentName }
    count
    max { expMjdStart }
  }
}
`,
  },
  {
    query: `# Places of a list, matched against two databases.
query Match($positions: Positions!) {
  crossmatch(positions: $positions, radius: 10, tables: [JSDC_STAR, OIDB_GRANULE]) {
    totalCount
    unmatched
    nodes { position table separation star { name } granule { targetName } }
  }
}
`,
    variables: '{ "positions": [[344.4127, -29.6222], [100.983, 25.131], [10, 10]] }',
  },
  {
    query: `# New exposures, as they come: the answer grows until it is stopped.
subscription Exposures {
  exposureAdded { expId targetName instrumentName expStart star { name } }
}
`,
  },
];
