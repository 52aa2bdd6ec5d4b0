/** Every change of a target, of its place in programmes and of its runs, the last one first. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SpicaTargetHistoryDocument, type SpicaTargetHistoryQuery } from '../documents';
import { say } from '../words';
import { written } from './given';
import { Wide } from './wide';

type Page = NonNullable<NonNullable<SpicaTargetHistoryQuery['spicaTarget']>['history']>;
type Change = Page['nodes'][number];

export function History({ id, changes }: { id: string; changes: number }) {
  const [pages, setPages] = useState<Page[]>([]);
  const [message, setMessage] = useState('');
  async function read(after: string | null, before: Page[]) {
    try {
      const { data, errors } = await ask(SpicaTargetHistoryDocument, { id, after });
      const page = data?.spicaTarget?.history;
      setMessage(errors[0]?.message ?? '');
      if (page) setPages([...before, page]);
    } catch (error) {
      setMessage(say((error as Error).message));
    }
  }
  useEffect(() => {
    read(null, []);
  }, [id, changes]);
  const last = pages.at(-1);
  const nodes = pages.flatMap((page) => page.nodes);
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say('History')}</h2>
      {message && <p class="missing">{message}</p>}
      {last && nodes.length === 0 && <p>{say('Nobody has changed it.')}</p>}
      {nodes.length > 0 && (
        <Wide label={say('History')}>
          <table class="list">
            <thead>
              <tr>
                {['When (UTC)', 'Who', 'What', 'Field', 'Before', 'Since then', 'Door'].map((title) => (
                  <th key={title} scope="col">
                    {say(title)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {nodes.map((change) => (
                <tr key={change.changeId}>
                  <td>{moment(change.changedAt)}</td>
                  <td>{change.changedBy}</td>
                  <td>{place(change)}</td>
                  <td>{change.columnName}</td>
                  <td class="value">{brief(change.oldValue)}</td>
                  <td class="value">{brief(change.newValue)}</td>
                  <td>{change.door}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {last?.pageInfo.hasNextPage && (
        <button type="button" onClick={() => read(last.pageInfo.endCursor, pages)}>
          {say('Earlier changes')}
        </button>
      )}
    </section>
  );
}

function place(change: Change): string {
  if (change.changedRun) return say('run {time}', { time: moment(change.changedRun) });
  if (change.changedEntry) return change.entry?.progname ?? say('programme');
  return say('target');
}

const brief = (value: unknown) => written(value).slice(0, 80) || '–';

/** An instant as people read it, in UTC to the second. */
export const moment = (instant: string | null | undefined): string => (instant ?? '').slice(0, 19).replace('T', ' ');
