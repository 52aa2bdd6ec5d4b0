/** Asks the gateway: documents by their hash, which it knows from `documents.json`. */

export interface Document<Result, Variables> {
  readonly id: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Never there: what the document is answered with, and asked with. */
  readonly types?: (variables: Variables) => Result;
}

export interface Problem {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; [name: string]: unknown };
}

export interface Answer<Result> {
  data: Result | null;
  errors: Problem[];
}

/** Nothing came back that is an answer: the network failed, or who asked may not. */
export class Unanswered extends Error {}

const ENDPOINT = '/graphql';
/** Characters of an address up to which a question is one, and so may come from the browser's cache. */
const LONGEST = 6000;
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/** The address at which a query is asked; with `format`, of the same rows as a file. */
export function address<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  format?: string,
): string {
  const asked = new URLSearchParams({ documentId: document.id, variables: JSON.stringify(variables) });
  if (format) asked.set('RESPONSEFORMAT', format);
  return `${ENDPOINT}?${asked}`;
}

/** Ask; what some database could not say is among the errors, beside the data. Rejects with `Unanswered`. */
export async function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer<Result>> {
  const at = address(document, variables);
  const told = await sent(
    document.kind === 'query' && at.length < LONGEST
      ? new Request(at, { headers: { Accept: ACCEPT }, ...(signal && { signal }) })
      : new Request(ENDPOINT, {
          method: 'POST',
          headers: { Accept: ACCEPT, 'Content-Type': 'application/json' },
          body: JSON.stringify({ documentId: document.id, variables }),
          ...(signal && { signal }),
        }),
  );
  return { data: told.data ?? null, errors: told.errors ?? [] };
}

async function sent(request: Request) {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unanswered('The gateway does not answer');
  }
  const told = await response.json().catch(() => null);
  if (told === null || typeof told !== 'object') throw new Unanswered(`The gateway answers with ${response.status}`);
  return told;
}

/** Hear what a subscription tells, until the function that is returned is called; events missed meanwhile are told again.
 * Each comes with its id, after which a later subscription may start (`after`). `listening` is told when the gateway is
 * heard; that it is not, and asked again; and, by null, that it will not be, as it refuses. */
export function hear<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  told: (answer: Answer<Result>, event: string) => void,
  listening: (now: boolean | null) => void = () => {},
): () => void {
  const source = new EventSource(address(document, variables));
  source.addEventListener('next', (event) => {
    const { data = null, errors = [] } = JSON.parse(event.data);
    told({ data, errors }, event.lastEventId);
  });
  source.addEventListener('open', () => listening(true));
  source.addEventListener('error', () => listening(source.readyState === EventSource.CLOSED ? null : false));
  source.addEventListener('complete', () => source.close());
  return () => source.close();
}
