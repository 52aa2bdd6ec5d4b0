/** What the tabs have: those of the last visit, else examples; what the address asks comes first. */
import { EXAMPLES, type Example } from './examples';

/** GraphiQL remembers its tabs in the browser's storage under this name; headers, which may be tokens, it does not. */
const REMEMBERED = 'graphiql:tabState';

export interface Opened {
  defaultTabs: Example[];
  query?: string;
  variables?: string;
}

/** What GraphiQL opens with; without what is shown first it would show an example and not have its variables. */
export function opened(asked: URLSearchParams, storage: Pick<Storage, 'getItem'> = localStorage): Opened {
  const query = asked.get('query');
  if (query) {
    const shown = { query, variables: asked.get('variables') ?? '' };
    return { defaultTabs: [shown, ...EXAMPLES], ...shown };
  }
  return { defaultTabs: EXAMPLES, ...(storage.getItem(REMEMBERED) === null && EXAMPLES[0]) };
}

/** The address at which others see the same: a page, whereas /graphql?query=… is the answer. */
export function link(query: string | null | undefined, variables: string | null | undefined): string {
  const said = new URLSearchParams();
  if (query?.trim()) said.set('query', query);
  if (query?.trim() && variables?.trim()) said.set('variables', variables);
  const text = said.toString();
  return text ? `/graphiql?${text}` : '/graphiql';
}
