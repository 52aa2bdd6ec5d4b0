// What the compiler of Relay finds, checks against our SDL and makes artifacts of.
import { graphql } from 'relay-runtime';

export const pages = graphql`
  query queriesPagesQuery($count: Int!, $after: String) {
    granules(first: $count, after: $after, where: { calibLevel: { eq: 2 } }, orderBy: [{ granuleId: ASC }]) @connection(key: "queries_granules", filters: []) {
      edges { node { id granuleId targetName star { id jsdcId name } identity { id granuleId separation } } }
    }
  }
`;

export const one = graphql`
  query queriesOneQuery($id: ID!) {
    granule(id: $id) { id granuleId targetName }
  }
`;

export const exposures = graphql`
  fragment queries_exposures on Star
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "queriesExposuresQuery") {
    name
    exposures(first: $count, after: $after) @connection(key: "queries_exposures") {
      edges { node { expId } }
    }
  }
`;

export const star = graphql`
  query queriesStarQuery($name: String!) {
    star(name: $name) { id ...queries_exposures }
  }
`;
