/** SAMP 1.3's Web Profile (section 5): tables are sent to the tools that run on the reader's own machine. */
import type { Callable, Connection, Params } from 'sampjs';
import { say } from './words';

type Method = Exclude<keyof Connection, 'privateKey' | 'setCallable'>;
type Reply = { 'samp.status'?: string; 'samp.error'?: { 'samp.errortxt'?: string } };
type Highlighted = (address: string, row: number) => void;

const HUB = 'http://localhost:21012/';
const NAME = 'JMMC gateway';
const LOAD = 'table.load.votable';
const HIGHLIGHT = 'table.highlight.row';
/** Seconds in which a tool must have loaded a table. */
const PATIENCE = '120';

/** Addresses of the tables that were sent, by their table-id: a tool takes each id once. */
const sent = new Map<string, string>();
const listeners = new Set<Highlighted>();
let connection: Promise<Connection> | null = null;

/** Who is connected to the hub and loads tables, by name: rejects with what the reader should do where there is no hub. */
export async function recipients(): Promise<string[]> {
  return [...(await tools()).values()].sort();
}

/**
 * Send the VOTable at an address to all that load tables, or to the named one; who has loaded it.
 * Rejects with what the reader should do where nobody has.
 */
export async function sendTable(address: string, name: string, to?: string): Promise<string[]> {
  const url = new URL(address, location.href).href;
  const chosen = [...(await tools())].filter(([, tool]) => to === undefined || tool === to);
  if (!chosen.length)
    throw new Error(
      say('No tool that loads tables is connected to the SAMP hub: connect TOPCAT or ASPRO2, then send again'),
    );
  const id = `jmmc-gateway-${Date.now()}-${sent.size}`;
  sent.set(id, address);
  const params = { 'table-id': id, url, name: ascii(name) };
  const replies = await Promise.all(
    chosen.map(async ([client, tool]) => {
      const reply = await call<Reply>('callAndWait', client, { 'samp.mtype': LOAD, 'samp.params': params }, PATIENCE);
      return {
        tool,
        failure: reply['samp.status'] === 'samp.ok' ? '' : (reply['samp.error']?.['samp.errortxt'] ?? '?'),
      };
    }),
  );
  const failed = replies.filter(({ failure }) => failure);
  if (failed.length === replies.length)
    throw new Error(
      failed.map(({ tool, failure }) => say('{tool} has not loaded it: {failure}', { tool, failure })).join('; '),
    );
  return replies.filter(({ failure }) => !failure).map(({ tool }) => tool);
}

/** Show a row, from 0, of the table that was sent from an address to all who have it; nothing happens where none was sent. */
export async function highlight(address: string, row: number): Promise<void> {
  const id = [...sent].findLast(([, at]) => at === address)?.[0];
  if (!id) return;
  const params = { 'table-id': id, url: new URL(address, location.href).href, row: String(row) };
  await call('notifyAll', { 'samp.mtype': HIGHLIGHT, 'samp.params': params });
}

/** Hear which row, from 0, of a table that was sent from here is highlighted in a tool, until the function that is returned is called. */
export function onHighlight(told: Highlighted): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

/** Names of the clients that load tables, by their ids of the hub. */
async function tools(): Promise<Map<string, string>> {
  const ids = Object.keys(await call<Params>('getSubscribedClients', LOAD));
  const named = ids.map(async (id): Promise<[string, string]> => {
    const { 'samp.name': name } = await call<Record<string, string>>('getMetadata', id);
    return [id, name ?? id];
  });
  return new Map(await Promise.all(named));
}

/** Call the hub, connected to it. */
async function call<Answer>(method: Method, ...asked: Parameters<Connection[Method]>[0]): Promise<Answer> {
  return called(await connected(), method, ...asked);
}

function called<Answer>(hub: Connection, method: Method, ...asked: Parameters<Connection[Method]>[0]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    hub[method](asked, resolve, (reason) => reject(refusal(reason)));
  });
}

/** The connection of the page to the hub, which is made when something is sent, and made again after the hub was. */
function connected(): Promise<Connection> {
  connection = connection ? connection.then(kept, connect) : connect();
  return connection;
}

/** A connection that the hub still knows: that one, or a new one. */
const kept = (hub: Connection): Promise<Connection> =>
  called(hub, 'getRegisteredClients').then(
    () => hub,
    () => connect(),
  );

async function connect(): Promise<Connection> {
  const { samp } = await import('sampjs');
  const hub = await new Promise<Connection>((resolve, reject) =>
    samp.register(NAME, resolve, (reason) => reject(refusal(reason))),
  );
  const farewell = new samp.XmlRpcRequest('samp.webhub.unregister', [hub.privateKey]).toXml();
  addEventListener('pagehide', () => navigator.sendBeacon(HUB, farewell), { once: true });
  await called(hub, 'declareMetadata', {
    'samp.name': NAME,
    'samp.description.text': ascii(document.title),
    'samp.icon.url': new URL('/static/icon.svg', location.href).href,
    'samp.documentation.url': new URL('/docs/', location.href).href,
  });
  await new Promise<void>((resolve) => hub.setCallable(callable(hub), resolve));
  await called(hub, 'declareSubscriptions', { [HIGHLIGHT]: {} });
  return hub;
}

const callable = (hub: Connection): Callable => ({
  receiveNotification: (_sender, message) => heard(message),
  receiveCall(_sender, tag, message) {
    heard(message);
    called(hub, 'reply', tag, { 'samp.status': 'samp.ok', 'samp.result': {} }).catch(() => null);
  },
  receiveResponse: () => undefined,
});

/** A text as SAMP takes it, which is ASCII alone (section 3.3). */
export const ascii = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[^\t\n\r -~]/g, '?');

function heard(message: Params): void {
  const { 'table-id': id, url, row } = (message['samp.params'] ?? {}) as Record<string, string>;
  const address = sent.get(id ?? '') ?? [...sent.values()].find((at) => new URL(at, location.href).href === url);
  if (message['samp.mtype'] !== HIGHLIGHT || address === undefined || !/^\d+$/.test(row ?? '')) return;
  for (const told of listeners) told(address, Number(row));
}

/** What the reader should do: a fault is the hub's own word, anything else says that there is none. */
function refusal(reason: unknown): Error {
  const fault = (reason as { faultString?: string } | null)?.faultString;
  return new Error(
    fault
      ? say('The SAMP hub has refused: {fault}', { fault })
      : say('There is no SAMP hub on this machine: start TOPCAT or ASPRO2, then send again'),
  );
}
