// Subscribes with graphql-ws, prints each answer on a line of its own, and leaves after the number wanted.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, query, count] = process.argv.slice(2);
const client = createClient({ url, webSocketImpl: WebSocket, on: { connected: () => console.log('connected') } });
let left = Number(count);
for await (const answer of client.iterate({ query })) {
  console.log(JSON.stringify(answer));
  if (--left === 0) break;
}
await client.dispose();
