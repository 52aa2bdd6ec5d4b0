// Pages through granules with Relay's runtime, over the artifacts that its compiler made, and prints what its store holds.
import { readFile } from 'node:fs/promises';
import runtime from 'relay-runtime';

const { createOperationDescriptor, Environment, fetchQuery, Network, RecordSource, Store } = runtime;
const [url, count] = process.argv.slice(2);
const artifact = async (name) => {
  const text = await readFile(new URL(`./relay/__generated__/${name}.graphql.js`, import.meta.url), 'utf8');
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
};
const complaints = [];
for (const level of ['error', 'warn']) console[level] = (...told) => complaints.push(told.join(' '));

const ask = async ({ text }, variables) => {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) })).json();
};
const source = new RecordSource();
const environment = new Environment({ network: Network.create(ask), store: new Store(source, { gcReleaseBufferSize: 100 }) });

const pages = await artifact('queriesPagesQuery');
let after = null;
const sizes = [];
const kept = createOperationDescriptor(pages, { count: Number(count), after: null });
environment.retain(kept);
for (let page = 0; page < 3; page += 1) {
  await fetchQuery(environment, pages, { count: Number(count), after }).toPromise();
  const root = source.get('client:root');
  const held = source.get(root.__queries_granules_connection.__ref);
  sizes.push(held.edges.__refs.length);
  after = source.get(held.pageInfo.__ref).endCursor;
}
const shown = environment.lookup(kept.fragment).data.granules.edges.map((edge) => edge.node);
const one = await fetchQuery(environment, await artifact('queriesOneQuery'), { id: shown[0].id }).toPromise();

const star = await artifact('queriesStarQuery');
const asked = createOperationDescriptor(star, { name: 'HD 48329' });
environment.retain(asked);
await fetchQuery(environment, star, { name: 'HD 48329' }).toPromise();
const { id } = environment.lookup(asked.fragment).data.star;
const refetch = await artifact('queriesExposuresQuery');
const refetched = [];
for (let more = true, cursor = null; more; ) {
  await fetchQuery(environment, refetch, { id, count: 2, after: cursor }).toPromise();
  const held = source.get(source.get(id).__queries_exposures_connection.__ref);
  const edges = held.edges.__refs.map((ref) => source.get(source.get(ref).node.__ref));
  refetched.splice(0, refetched.length, ...edges.map((node) => node.expId));
  ({ hasNextPage: more, endCursor: cursor } = source.get(held.pageInfo.__ref));
}
const types = {};
for (const id of source.getRecordIDs()) {
  const record = source.get(id);
  if (record && !id.startsWith('client:')) (types[record.__typename] ??= []).push(id);
}
console.log(JSON.stringify({ refetched, sizes, shown, one: one.granule, types, complaints }));
