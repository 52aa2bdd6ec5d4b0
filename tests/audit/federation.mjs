// The gateway at the given URL as one part of a bigger graph: composed with a small part that remarks on its stars, and
// asked through Apollo's own gateway, which joins both by `_entities`.
import assert from 'node:assert/strict';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { getOperationAST, parse } from 'graphql';

const url = process.argv[2];
const ask = async (query) => {
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return (await (await fetch(url, { method: 'POST', headers, body })).json()).data;
};

const remarks = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
  scalar Long
  type Star @key(fields: "jsdcId") { jsdcId: Long! remark: String! }
  type Granule @key(fields: "granuleId") { granuleId: Long! grade: Int! }
  type Query { remarked: [Star!]! graded: [Granule!]! }
`);
const stars = (await ask('{ stars(first: 3) { nodes { jsdcId name } } }')).stars.nodes;
const remarked = (star) => ({ ...star, remark: `seen as ${star.jsdcId}` });
// One key that there is, and one that no bigint holds: the other's row comes all the same.
const [granule] = (await ask('{ granules(first: 1) { nodes { granuleId dataproductType } } }')).granules.nodes;
const Granule = { __resolveReference: (told) => told, grade: ({ granuleId }) => Number(granuleId) % 7 || 0 };
const resolvers = { Granule, Query: { remarked: () => stars, graded: () => [granule, { granuleId: '9'.repeat(30) }] }, Star: { __resolveReference: remarked, remark: (star) => remarked(star).remark } };

const parts = [
  { name: 'gateway', url, typeDefs: parse((await ask('{ _service { sdl } }'))._service.sdl) },
  { name: 'remarks', url: 'local', typeDefs: remarks },
];
const { supergraphSdl, errors } = composeServices(parts);
assert.equal(errors, undefined, String(errors));

const gateway = new ApolloGateway({
  supergraphSdl,
  buildService: ({ name }) =>
    name === 'gateway'
      ? new RemoteGraphQLDataSource({ url })
      : new LocalGraphQLDataSource(buildSubgraphSchema({ typeDefs: remarks, resolvers })),
});
const { executor } = await gateway.load();
const joined = async (query) => {
  const document = parse(query);
  const { data, errors, extensions } = await executor({
    document, operation: getOperationAST(document), queryHash: query, request: { query, variables: {} }, context: {}, logger: console, metrics: {},
  });
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.ok(data, JSON.stringify(extensions));
  return JSON.parse(JSON.stringify(data));
};

const there = await joined('{ remarked { remark name identifiers(first: 1) { nodes { designation } } } }');
assert.deepEqual(there.remarked.map(({ name }) => name), stars.map(({ name }) => name));
assert.ok(there.remarked.every(({ identifiers }) => identifiers.nodes.length === 1));
const back = await joined('{ stars(first: 3) { nodes { name remark } pageInfo { hasNextPage } } }');
assert.deepEqual(back.stars.nodes.map(({ remark }) => remark), stars.map((star) => remarked(star).remark));
const graded = await joined('{ graded { grade dataproductType } granules(first: 1) { nodes { id granuleId grade } } }');
assert.deepEqual(graded.graded.map(({ dataproductType }) => dataproductType), [granule.dataproductType, null]);
assert.equal(graded.granules.nodes[0].grade, granule.granuleId % 7);
await gateway.stop();
console.log('joined both ways');
