const question = `# One star with its diameter and its names.
{
  star(name: "HD 48329") {
    name
    ra
    dec
    spTypeSimbad
    vmag { value error origin confidence }
    ldd { value error unit origin }
    identifiers { nodes { catalogue identifier } }
  }
}
`;
const url = new URL("graphql", document.baseURI).href;
const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, "ws") });
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: question }),
);
