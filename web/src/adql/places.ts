/** Where an error of ADQL is: the gateway says `line 1, column 8: …`, both from 1. */

export interface Place {
  from: number;
  to: number;
}

const SAID = /\bline (\d+), column (\d+)/;
const WORD = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w.]+|\S)/;

/** The word of a query that an error message speaks of, as offsets; null where it names none. */
export function placeOf(message: string, query: string): Place | null {
  const said = SAID.exec(message);
  if (!said) return null;
  const lines = query.split('\n');
  const row = Number(said[1]) - 1;
  if (row >= lines.length) return null;
  const start = lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);
  const from = Math.min(start + Number(said[2]) - 1, query.length);
  const word = WORD.exec(query.slice(from))?.[0].length ?? 0;
  return { from: word ? from : Math.max(0, from - 1), to: from + word };
}
