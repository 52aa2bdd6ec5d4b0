// Runs the operations of a JSON file through a client with a normalising cache, in order, and prints what it gives back:
// of each the answer as it came and as the cache holds it once all have come, which are the same where none was merged.
import { readFile } from 'node:fs/promises';

const [url, client, file] = process.argv.slice(2);
const operations = JSON.parse(await readFile(file, 'utf8'));

async function apollo() {
  const { ApolloClient, HttpLink, InMemoryCache, gql } = await import('@apollo/client');
  const cache = new InMemoryCache();
  const client = new ApolloClient({ cache, link: new HttpLink({ uri: url }) });
  return {
    ask: async ({ query, variables }) => (await client.query({ query: gql(query), variables, fetchPolicy: 'network-only' })).data,
    cached: async ({ query, variables }) => client.readQuery({ query: gql(query), variables }),
    entities: async () => Object.keys(cache.extract()),
  };
}

async function urql() {
  const { Client, fetchExchange } = await import('@urql/core');
  const { cacheExchange } = await import('@urql/exchange-graphcache');
  const { introspection } = JSON.parse(await readFile(process.argv[5], 'utf8'));
  const client = new Client({ url, preferGetMethod: false, exchanges: [cacheExchange({ schema: introspection }), fetchExchange] });
  const answer = async ({ query, variables }, requestPolicy) => {
    const { data, error } = await client.query(query, variables ?? {}, { requestPolicy }).toPromise();
    if (error) throw error;
    return data;
  };
  return {
    ask: (operation) => answer(operation, 'network-only'),
    cached: (operation) => answer(operation, 'cache-only'),
    entities: async () => [],
  };
}

const { ask, cached, entities } = await { apollo, urql }[client]();
const answers = [];
for (const operation of operations) answers.push(await ask(operation));
const held = [];
for (const operation of operations) held.push(await cached(operation));
console.log(JSON.stringify({ answers, held, entities: await entities() }));
