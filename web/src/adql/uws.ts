/** Jobs (UWS 1.1) as the page asks them. */
import { answered, formOf, type Query } from './tap';

export const LIST = '/tap/async';
export const PENDING = ['PENDING', 'QUEUED', 'EXECUTING', 'SUSPENDED'];

export interface Job {
  id: string;
  phase: string;
  query: string;
  maxrec: string;
  format: string;
  uploads: boolean;
  created: string;
  started: string;
  ended: string;
  destroyed: string;
  /** Bytes of its result; null where it has none. */
  size: number | null;
  error: string;
}

export function jobOf(text: string): Job {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  const element = (name: string) => document.getElementsByTagName(`uws:${name}`)[0]?.textContent?.trim() ?? '';
  const parameters: Record<string, string> = {};
  for (const one of document.getElementsByTagName('uws:parameter')) {
    parameters[one.getAttribute('id')?.toUpperCase() ?? ''] = one.textContent ?? '';
  }
  const result = document.getElementsByTagName('uws:result')[0];
  return {
    id: element('jobId'),
    phase: element('phase'),
    query: parameters.QUERY ?? '',
    maxrec: parameters.MAXREC ?? '',
    format: (parameters.RESPONSEFORMAT ?? parameters.FORMAT ?? 'votable').toLowerCase(),
    uploads: 'UPLOAD' in parameters,
    created: element('creationTime'),
    started: element('startTime'),
    ended: element('endTime'),
    destroyed: element('destruction'),
    size: result ? Number(result.getAttribute('size')) : null,
    error: element('message'),
  };
}

/** Make a job of a query and start it. */
export async function start(query: Query, format: string): Promise<Job> {
  const body = formOf(query, { RESPONSEFORMAT: format, PHASE: 'RUN' });
  return jobOf(await (await answered(LIST, { method: 'POST', body })).text());
}

export async function job(id: string): Promise<Job> {
  return jobOf(await (await answered(`${LIST}/${id}`, { cache: 'no-store' })).text());
}

export async function abort(id: string): Promise<Job> {
  const body = new URLSearchParams({ PHASE: 'ABORT' });
  return jobOf(await (await answered(`${LIST}/${id}/phase`, { method: 'POST', body })).text());
}

export async function destroy(id: string): Promise<void> {
  await answered(LIST.concat('/', id), { method: 'POST', body: new URLSearchParams({ ACTION: 'DELETE' }) });
}

/** Identifiers of the jobs that the gateway lists: of who has logged in all that are theirs, of others none. */
export async function listed(): Promise<string[]> {
  const text = await (await answered(LIST, { cache: 'no-store' })).text();
  const document = new DOMParser().parseFromString(text, 'application/xml');
  return [...document.getElementsByTagName('uws:jobref')].map((one) => one.getAttribute('id') ?? '');
}

export const planAddress = (id: string): string => `${LIST}/${id}/plan`;
export const resultAddress = (id: string): string => `${LIST}/${id}/results/result`;

/** Seconds that a job has run, or has been running for until now; null before it starts. */
export function seconds(job: Job, now: number): number | null {
  if (!job.started) return null;
  return Math.max(0, ((job.ended ? Date.parse(job.ended) : now) - Date.parse(job.started)) / 1000);
}
