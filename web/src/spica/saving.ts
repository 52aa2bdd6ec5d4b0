/** Changes of rows: once each, whatever happens on the way, and what is wrong told at its field. */
import { ask, type Document, Unanswered } from '../ask';
import { say } from '../words';
import type { Row } from './given';

export interface Fault {
  field: string[] | null;
  code: string;
  message: string;
  wanted?: unknown;
  current?: unknown;
}

export interface Conflict {
  /** What was to be written. */
  wanted: Row;
  /** The row as it is now. */
  current: Row;
}

export interface Outcome<Saved> {
  /** The row as it is now; null where nothing was done. */
  row: Saved | null;
  /** By the name of the field that is wrong; "" for the whole. */
  faults: Record<string, string>;
  conflict: Conflict | null;
  /** Whether the gateway has answered: if not, the same request may be sent again with its key. */
  answered: boolean;
}

interface Change<Saved> {
  done: { row: Saved | null; userErrors: Fault[] } | null;
}

/** A key for one request: made again with it, it is not done again. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What is wrong, by field; a conflict apart. */
export function sorted(errors: Fault[]): Pick<Outcome<never>, 'faults' | 'conflict' | 'answered'> {
  const faults: Record<string, string> = {};
  let conflict: Conflict | null = null;
  for (const { field, code, message, wanted, current } of errors) {
    if (code === 'CONFLICT' && current) conflict = { wanted: (wanted ?? {}) as Row, current: current as Row };
    const name = field && field.length > 1 ? String(field.at(-1)) : '';
    faults[name] = faults[name] ? `${faults[name]} ${message}` : message;
  }
  return { faults, conflict, answered: true };
}

/** Have a change made; an answer that was lost is a fault of the whole, and the same key may be sent again. */
export async function save<Saved, Input extends object>(
  document: Document<Change<Saved>, { input: Input; key?: string | null | undefined }>,
  input: Input,
  key: string,
): Promise<Outcome<Saved>> {
  try {
    const { data, errors } = await ask(document, { input, key });
    const done = data?.done;
    if (!done) return failed(errors[0]?.message ?? say('Nothing was changed.'));
    return { row: done.row, ...sorted(done.userErrors) };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return failed(
      say('{problem}: what you have typed is still here; save again, it will be done once.', {
        problem: say(error.message),
      }),
      false,
    );
  }
}

const failed = (message: string, answered = true) => ({ row: null, faults: { '': message }, conflict: null, answered });
