// Runs an operation with graphql-ws or graphql-sse: prints each result on a line of its own, leaves after the number wanted.
import { createClient as overSocket } from 'graphql-ws';
import { createClient as overEvents } from 'graphql-sse';
import WebSocket from 'ws';

const [name, url, request, count, last] = process.argv.slice(2);
const on = { connected: () => console.log('connected') };
const headers = last ? { 'Last-Event-ID': last } : {};
const client =
  name === 'graphql-ws'
    ? overSocket({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, on })
    : overEvents({ url, headers, retryAttempts: 0, on });
let left = Number(count);
for await (const answer of client.iterate(JSON.parse(request))) {
  console.log(JSON.stringify(answer));
  if (--left === 0) break;
}
console.log('ended');
await client.dispose();
