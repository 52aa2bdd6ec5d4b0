/** What happens to a programme, as it happens; and whom its investigator lets write. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { asked, tell } from '../address';
import { type Document, hear } from '../ask';
import { SpicaRunChangesDocument, type SpicaRunChangesSubscription, SpicaTargetChangesDocument } from '../documents';
import { say } from '../words';
import { type Reader, written } from './given';
import { moment } from './history';

interface Given extends Reader {
  program: string;
}

type Change = NonNullable<SpicaRunChangesSubscription['change']>;
type Changes = Document<{ change: Change | null }, { after?: string | null }>;

const KEPT = 50;

export function Followup(given: Given) {
  const [changes, setChanges] = useState<Change[]>([]);
  const add = (change: Change) => setChanges((known) => [change, ...known].slice(0, KEPT));
  const runs = useChanges(SpicaRunChangesDocument, 'run_after', given.program, add);
  const targets = useChanges(SpicaTargetChangesDocument, 'target_after', given.program, add);
  const listening = runs && targets;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{say('As it happens')}</h2>
      <p class="facts" role="status">
        <span class={listening ? 'live' : 'missing'}>
          {listening ? say('Changes are shown as they are made.') : say('The gateway is not heard: asking again…')}
        </span>
      </p>
      <ul class="feed" aria-live="polite" aria-relevant="additions">
        {changes.map((change) => (
          <li key={change.changeId}>
            <time>{moment(change.changedAt)}</time>{' '}
            {change.target && (
              <a href={`/spica/targets/${change.target.spicadbId}`}>
                {change.target.targetMainId ?? change.target.spicadbId}
              </a>
            )}{' '}
            {change.changedRun && say('run {time}', { time: moment(change.changedRun) })} {change.columnName}:{' '}
            {written(change.oldValue) || '–'} → <strong>{written(change.newValue) || '–'}</strong>{' '}
            {change.changedBy && <small>{say('by {name}', { name: change.changedBy })}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Hear changes of a programme from the one that the address names on; whether the gateway is heard. */
function useChanges(document: Changes, parameter: string, program: string, add: (change: Change) => void): boolean {
  const [listening, setListening] = useState(false);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    let stop = () => {};
    const begin = (after: string | null) => {
      stop = hear(
        document,
        { after },
        ({ data }, event) => {
          if (event) tell({ [parameter]: event });
          if (!data?.change || !concerns(data.change, program)) return;
          show(data.change);
          latest.current(data.change);
        },
        (now) => {
          setListening(now === true);
          if (now === null && after) begin(null);
        },
      );
    };
    begin(asked().get(parameter));
    return () => stop();
  }, [document, parameter, program]);
  return listening;
}

/** Whether a change is of a programme: of its run, of how it wants a target, or of a target that it wants. */
export function concerns({ run, entry, target }: Pick<Change, 'run' | 'entry' | 'target'>, program: string): boolean {
  const one = run ?? entry;
  if (one) return one.progname === program;
  return target?.programs?.nodes.some(({ progname }) => progname === program) ?? false;
}

/** Have the list of runs say what has changed. */
function show(change: Change) {
  if (!change.changedRun || change.columnName !== 'run_status') return;
  const row = window.document.querySelector(`tr[data-run="${CSS.escape(change.changedRun)}"]`);
  const status = row?.querySelector('.status');
  if (!row || !status) return;
  const name = written(change.newValue);
  status.className = `status ${name}`;
  status.textContent = say(name);
  row.classList.add('changed');
}
