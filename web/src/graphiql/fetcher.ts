/** How GraphiQL asks: subscriptions as server-sent events, which need no right that the page lacks; the rest as ever. */
import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import type { DocumentNode } from 'graphql';

const ENDPOINT = '/graphql';
const http = createGraphiQLFetcher({ url: ENDPOINT });

/** Whether the operation that is asked of a document is a subscription. */
export function subscribes(document: DocumentNode | undefined, name: string | null | undefined): boolean {
  const operations = document?.definitions.filter((one) => one.kind === 'OperationDefinition') ?? [];
  const asked = name ? operations.find((one) => one.name?.value === name) : operations[0];
  return asked?.operation === 'subscription';
}

/** What a subscription tells, until its reader returns. */
export async function* events({ query, variables, operationName }: FetcherParams): AsyncGenerator<unknown, void> {
  const asked = new URLSearchParams({ query });
  if (variables) asked.set('variables', JSON.stringify(variables));
  if (operationName) asked.set('operationName', operationName);
  const source = new EventSource(`${ENDPOINT}?${asked}`);
  const told: unknown[] = [];
  let wake = () => {};
  let over = false;
  source.addEventListener('next', (event) => {
    told.push(JSON.parse(event.data));
    wake();
  });
  source.addEventListener('complete', () => {
    over = true;
    wake();
  });
  try {
    while (!over || told.length) {
      if (told.length) yield told.shift();
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    source.close();
  }
}

export const fetcher: Fetcher = (parameters, options) =>
  subscribes(options?.documentAST, parameters.operationName)
    ? (events(parameters) as ReturnType<Fetcher>)
    : http(parameters, options);
