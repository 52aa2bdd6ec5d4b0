// A star's page, typed by the package: `STAR` is what the page selects, of the schema's own types.
import { ApolloClient, HttpLink, InMemoryCache, gql, type TypedDocumentNode } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { type Exposure, type Query, type Star, possibleTypes, typePolicies, uv } from "@jmmc/gateway-client";

type Shown = Pick<Star, "id" | "name" | "ldd"> & { exposures: { edges: { node: Pick<Exposure, "expId" | "projectedBaselines"> }[] } };
const STAR: TypedDocumentNode<{ star: Shown | null } & Pick<Query, "__typename">, { name: string }> = gql`
  query Star($name: String!) {
    star(name: $name) {
      id
      name
      ldd { value error unit }
      exposures(first: 2, orderBy: [{ expId: ASC }]) {
        edges { node { expId projectedBaselines { length { start } angle { start } uv(wavelength: 1.65e-6) { start { u v } } } } }
      }
    }
  }
`;
const client = new ApolloClient({
  link: new HttpLink({ uri: "http://127.0.0.1:8000/graphql" }),
  cache: new InMemoryCache({ possibleTypes, typePolicies: typePolicies(relayStylePagination) }),
});
const { data } = await client.query({ query: STAR, variables: { name: "HD 48329" } });
const star = data?.star;
console.log(star?.name, star?.ldd?.value, star?.ldd?.unit);
for (const { node } of star?.exposures.edges ?? [])
  for (const { length, angle, uv: points } of node.projectedBaselines ?? [])
    if (length.start != null && angle.start != null && points?.start) {
      const here = uv(length.start, angle.start, 1.65e-6);
      console.log(node.expId, Math.hypot(here.u - points.start.u, here.v - points.start.v) < 1);
    }
