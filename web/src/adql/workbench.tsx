/** The page of ADQL: a query, what it finds, and jobs. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { follow, tell } from '../address';
import { say } from '../words';
import { Asking, type Example } from './asking';
import type { LanguageFunction } from './completion';
import { Jobs, useJobs } from './jobs';
import { remember } from './own';
import { Results, type Shown } from './results';
import { ROWS, read, type State, written } from './state';
import { answered, fileAddress, type Query, Refused, run, type Table, tableOf, type Upload } from './tap';
import { type Job, job, resultAddress, start } from './uws';
import { votableOf } from './votable';

export interface Given {
  examples: Example[];
  functions: LanguageFunction[];
  /** Whether this gateway keeps jobs. */
  jobs: boolean;
}

export function Workbench({ examples, functions, jobs: keepsJobs }: Given) {
  const [state, setState] = useState<State>(() => read());
  const [upload, setUpload] = useState<Upload | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState('');
  const [running, setRunning] = useState<AbortController | null>(null);
  const [given, setGiven] = useState(0);
  const [changes, setChanges] = useState(0);
  const [jobs, trouble, look] = useJobs(changes);
  const latest = useRef(state);
  latest.current = state;

  const become = (change: Partial<State>, step = false) => {
    latest.current = { ...latest.current, ...change };
    setState(latest.current);
    tell(written(latest.current), { step });
  };
  const replace = (change: Partial<State>, step = false) => {
    become(change, step);
    setGiven((times) => times + 1);
  };
  const asking = async (ask: (signal: AbortSignal) => Promise<Shown>) => {
    running?.abort();
    const control = new AbortController();
    setRunning(control);
    setProblem('');
    try {
      setShown(await ask(control.signal));
    } catch (error) {
      if (control.signal.aborted) return;
      setShown(null);
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setRunning((current) => (current === control ? null : current));
    }
  };
  const query = (): Query => ({ text: latest.current.query, maxrec: latest.current.maxrec, upload });
  const find = () => {
    const asked = query();
    const votable = asked.upload ? '' : fileAddress(asked, 'votable');
    return asking(async (signal) => ({ table: await run(asked, signal), query: asked, votable }));
  };
  const open = (one: Job) => {
    replace({ job: one.id, query: one.query, view: latest.current.view || 'table' }, true);
    return result(one);
  };
  const result = (one: Job) =>
    asking(async (signal) => {
      if (one.error) throw new Error(one.error);
      const at = resultAddress(one.id);
      return { table: await resultOf(one, signal), query: null, votable: isVotable(one) ? at : '', file: at };
    });
  const begin = async () => {
    try {
      setProblem('');
      remember((await start(unlimited(query()), 'votable')).id);
      setChanges((times) => times + 1);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const restore = () => {
    replace(read());
    const { job: id, view } = latest.current;
    if (id)
      job(id)
        .then((one) => {
          replace({ query: one.query });
          return result(one);
        })
        .catch((error) => setProblem(error.message));
    else if (view) find();
    else setShown(null);
  };
  useEffect(() => {
    restore();
    return follow(restore);
  }, []);

  return (
    <>
      <Asking
        {...{ state, given, upload, examples, functions, problem, keepsJobs }}
        running={running !== null}
        changed={(text) => text !== latest.current.query && become({ query: text, job: '' })}
        choose={(query) => replace({ query, job: '' })}
        limited={(maxrec) => become({ maxrec })}
        uploaded={setUpload}
        run={() => {
          become({ view: latest.current.view || 'table', job: '' }, true);
          find();
        }}
        stop={() => running?.abort()}
        begin={begin}
      />
      <div class="result" aria-live="polite" aria-busy={running !== null}>
        {running && <p>{say('Asking…')}</p>}
        {!running && shown && (
          <Results
            shown={shown}
            plotted={state.view === 'plot'}
            axes={state.axes}
            view={(plotted, axes) => become({ view: plotted ? 'plot' : 'table', axes: axes ?? {} })}
          />
        )}
      </div>
      {keepsJobs && <Jobs jobs={jobs} problem={trouble} shown={state.job} open={open} act={look} />}
    </>
  );
}

/** A job's result is for keeping: unless fewer rows were asked for, all that the gateway gives. */
const unlimited = (query: Query): Query => (query.maxrec === ROWS ? { ...query, maxrec: null } : query);

/** Bytes of a result up to which it is shown. */
const SHOWN = 20e6;
const isVotable = ({ format }: Job): boolean => format === 'votable' || format === 'votable/td';

async function resultOf(one: Job, signal: AbortSignal): Promise<Table> {
  if (one.phase !== 'COMPLETED') throw new Refused(say('The job is {phase}: it has no result', { phase: one.phase }));
  if (one.size === null || one.size > SHOWN || !(isVotable(one) || one.format === 'json'))
    throw new Refused(say('This result is not shown here: take its file, below'));
  const answer = await answered(resultAddress(one.id), { signal });
  return isVotable(one) ? votableOf(await answer.text()) : tableOf(answer);
}
