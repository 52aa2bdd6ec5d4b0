#!/usr/bin/env bash
# graphcache shows what it has of an object whose deferred fragment it has not, says that more will come (`hasNext`), and asks nobody for it.
# It does queue a request, which the client drops: it has the query for one under way, as the result shown has `hasNext` and is not `stale`.
. "$(dirname "$0")/common.bash"
cd "$folder"
cat > package.json <<'JSON'
{"private": true, "type": "module"}
JSON
npm install --silent --no-audit --no-fund --save-exact \
    @urql/core@6.0.3 @urql/exchange-graphcache@9.0.2 wonka@6.3.6 @0no-co/graphql.web@1.3.4 graphql@17.1.0
printf 'node %s\n' "$(node --version)"
npm ls --depth=0 --parseable --long | sed -n 's/.*node_modules[^:]*:\([^:]*\).*/\1/p'
cat > defer.js <<'NODE'
import { createServer } from 'node:http';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { buildSchema, experimentalExecuteIncrementally, parse, validate } from 'graphql';

const SCHEMA = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { star: Star }
  type Star { id: ID! name: String! note: String! }
`);
const STAR = { id: '1', name: 'Vega', note: () => new Promise((resolve) => setTimeout(resolve, 50, 'zero point')) };
const [NAME, WHOLE, DEFERRED] = ['', 'note', '... on Star @defer { note }'].map((more) => `{ star { id name ${more} } }`);

// graphql-js answers what is asked: in parts of a multipart body where there is a deferred fragment, as JSON where there is none.
let asked = 0;
const server = createServer(async (request, response) => {
  asked += 1;
  const document = parse(new URL(request.url, 'http://localhost').searchParams.get('query'));
  const errors = validate(SCHEMA, document);
  if (errors.length) throw errors[0];
  const result = await experimentalExecuteIncrementally({ schema: SCHEMA, document, rootValue: { star: STAR } });
  if (!result.initialResult) {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(result));
    return;
  }
  response.writeHead(200, { 'Content-Type': 'multipart/mixed; boundary="-"' });
  const write = (part) => response.write(`\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(part)}\r\n---`);
  response.write('\r\n---');
  write(result.initialResult);
  for await (const part of result.subsequentResults) write(part);
  response.end('--\r\n');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

// What a client shows last of a query, when it says that nothing more will come or 3 s have passed: an answer takes a tenth of a second.
const shown = (client, query, requestPolicy) =>
  new Promise((resolve) => {
    let last;
    const wait = setTimeout(() => end(), 3000);
    const { unsubscribe } = client.query(query, {}, { requestPolicy }).subscribe(({ data, error, hasNext, stale }) => {
      if (error) throw error;
      last = `${data.star.name}, ${data.star.note ?? 'no note'}${hasNext || stale ? ', more to come' : ''}`;
      if (!hasNext && !stale) queueMicrotask(() => end());
    });
    const end = () => {
      clearTimeout(wait);
      unsubscribe();
      resolve(last);
    };
  });

async function tell(title, before, query, requestPolicy, times = 1) {
  const client = new Client({ url, exchanges: [cacheExchange({}), fetchExchange] });
  if (before) await shown(client, before, 'network-only');
  for (let time = 0; time < times; time += 1) {
    asked = 0;
    const last = await shown(client, query, requestPolicy);
    console.log(`${title}, ${requestPolicy}: asked ${asked}: ${last}`);
  }
}

await tell('nothing cached', undefined, DEFERRED, 'cache-first');
await tell('all cached', WHOLE, DEFERRED, 'cache-and-network');
await tell('name cached, not deferred', NAME, WHOLE, 'cache-first');
await tell('name cached', NAME, DEFERRED, 'cache-first');
await tell('name cached', NAME, DEFERRED, 'cache-and-network', 2);
await tell('name cached', NAME, DEFERRED, 'network-only');
server.close();
server.closeAllConnections();
NODE
# Each should be asked once, and shown with its note at the end; `cache-and-network` is, where all is cached.
seen "nothing cached, cache-first: asked 1: Vega, zero point
all cached, cache-and-network: asked 1: Vega, zero point
name cached, not deferred, cache-first: asked 1: Vega, zero point
name cached, cache-first: asked 0: Vega, no note, more to come
name cached, cache-and-network: asked 0: Vega, no note, more to come
name cached, cache-and-network: asked 0: Vega, no note, more to come
name cached, network-only: asked 1: Vega, zero point" "$(node defer.js)"
