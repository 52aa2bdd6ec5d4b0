/** Sends a table by SAMP to the tools that run beside the browser, and says how that went. */
import { useState } from 'preact/hooks';
import { recipients, sendTable } from '../samp';
import { say } from '../words';

/** Milliseconds after which the reader is told to look for the hub's window, which asks and waits. */
const PATIENCE = 2000;

export interface Sendable {
  /** Where the VOTable is. */
  address: string;
  /** What it is called in the tool. */
  name: string;
  /** Called once a tool has it. */
  sent?: (() => void) | undefined;
}

export function SendTable({ address, name, sent }: Sendable) {
  const [told, tell] = useState('');
  const [busy, setBusy] = useState(false);
  const [tools, setTools] = useState<string[]>([]);

  async function working(work: () => Promise<string>) {
    const waiting = setTimeout(
      () => tell(say('Look for the window of your SAMP hub, which asks whether this page may connect')),
      PATIENCE,
    );
    setBusy(true);
    tell(say('Sending…'));
    const outcome = await work().catch((error: Error) => error.message);
    clearTimeout(waiting);
    tell(outcome);
    setBusy(false);
  }

  async function load(to?: string): Promise<string> {
    const loaded = await sendTable(address, name, to);
    setTools([]);
    sent?.();
    return say('Loaded by {tools}', { tools: loaded.join(', ') });
  }

  async function choose(): Promise<string> {
    const found = await recipients();
    if (found.length < 2) return load();
    setTools(found);
    return say('To which tool?');
  }

  return (
    <span class="send">
      <button type="button" disabled={busy} onClick={() => working(choose)}>
        {say('Send to TOPCAT, Aladin, ASPRO2 (SAMP)')}
      </button>
      {tools.map((tool) => (
        <button type="button" key={tool} disabled={busy} onClick={() => working(() => load(tool))}>
          {tool}
        </button>
      ))}
      {tools.length > 0 && (
        <button type="button" disabled={busy} onClick={() => working(() => load())}>
          {say('All tools')}
        </button>
      )}
      <span role="status">{told}</span>
    </span>
  );
}
