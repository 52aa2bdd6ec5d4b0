// Asks an operation with deferred fragments, and prints on a line of its own what the client shows each time that it changes.
import { readFile } from 'node:fs/promises';

const [url, name, query, schema] = process.argv.slice(2);
const show = (data, done) => console.log(JSON.stringify({ data, done }));

async function apollo(handler) {
  const { ApolloClient, HttpLink, InMemoryCache, gql } = await import('@apollo/client');
  const handlers = await import('@apollo/client/incremental');
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: url }),
    incrementalHandler: new handlers[handler](),
  });
  client.watchQuery({ query: gql(query) }).subscribe(({ data, dataState, error }) => {
    if (error) throw error;
    if (data) show(data, dataState === 'complete');
  });
}

async function urql() {
  const { Client, fetchExchange } = await import('@urql/core');
  const { cacheExchange } = await import('@urql/exchange-graphcache');
  const { introspection } = JSON.parse(await readFile(schema, 'utf8'));
  const client = new Client({ url, preferGetMethod: false, exchanges: [cacheExchange({ schema: introspection }), fetchExchange] });
  client.query(query, {}).subscribe(({ data, error, hasNext }) => {
    if (error) throw error;
    show(data, !hasNext);
  });
}

const clients = {
  'apollo-2022': () => apollo('Defer20220824Handler'),
  'apollo-v0.2': () => apollo('GraphQL17Alpha9Handler'),
  urql,
};
await clients[name]();
