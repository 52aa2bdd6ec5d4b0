/** TAP 1.1 as the page asks it: queries at once, whose rows come as JSON, or as files. */

export interface Column {
  name: string;
  description: string | null;
  unit: string | null;
  datatype: string;
  ucd: string | null;
}
export type Cell = string | number | boolean | null | Cell[];

export interface Table {
  columns: Column[];
  rows: Cell[][];
  /** Whether there are more rows than were asked for. */
  cut: boolean;
}
export interface Upload {
  name: string;
  file: File;
}
export interface Query {
  text: string;
  /** Rows at most; null for as many as the gateway gives. */
  maxrec: number | null;
  upload: Upload | null;
}

/** What the gateway says against a query, in its own words. */
export class Refused extends Error {}

/** The address of a query's rows as a file. */
export function fileAddress(query: Query, format: string): string {
  return `/tap/sync?${new URLSearchParams({ ...parameters(query), FORMAT: format })}`;
}

/** The form of a query; a table that is uploaded is a part of it (TAP 1.1 section 2.7.6). */
export function formOf(query: Query, more: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...parameters(query), ...more })) form.set(name, value);
  if (query.upload) {
    form.set('UPLOAD', `${query.upload.name},param:uploaded`);
    form.set('uploaded', query.upload.file);
  }
  return form;
}

function parameters({ text, maxrec }: Query): Record<string, string> {
  return { LANG: 'ADQL', QUERY: text, ...(maxrec !== null && { MAXREC: String(maxrec) }) };
}

/** The sentence of an error document: a VOTable, plain text, or JSON. */
export function sentence(text: string): string {
  if (text.trimStart().startsWith('<')) {
    const document = new DOMParser().parseFromString(text, 'application/xml');
    const info = document.querySelector('INFO[name="QUERY_STATUS"]');
    return info?.textContent?.trim() || text.slice(0, 300);
  }
  try {
    return JSON.parse(text).errors[0].message;
  } catch {
    return text.slice(0, 300);
  }
}

/** An answer that is one; rejects with what the gateway says. */
export async function answered(address: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refused('The gateway does not answer');
  }
  if (!response.ok) throw new Refused(sentence(await response.text()));
  return response;
}

export async function run(query: Query, signal: AbortSignal): Promise<Table> {
  const body = formOf(query, { FORMAT: 'json' });
  return tableOf(await answered('/tap/sync', { method: 'POST', body, signal }));
}

/** The rows of a file of a query with an upload, which no address can name. */
export async function file(query: Query, format: string): Promise<Blob> {
  return (await answered('/tap/sync', { method: 'POST', body: formOf(query, { FORMAT: format }) })).blob();
}

export async function tableOf(response: Response): Promise<Table> {
  const { metadata, data, query_status } = await response.json();
  if (query_status === 'ERROR') throw new Refused('The answer broke off: a database failed half-way');
  return { columns: metadata, rows: data, cut: query_status === 'OVERFLOW' };
}
