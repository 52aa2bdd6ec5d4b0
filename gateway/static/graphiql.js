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
const fetcher = GraphiQL.createFetcher({ url: new URL("graphql", document.baseURI).href });
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: question }),
);
