/** The jobs of this reader: how far they are, their results, and how to end them. */
import { useEffect, useState } from 'preact/hooks';
import { count, say } from '../words';
import { forget, remembered } from './own';
import { Refused } from './tap';
import { abort, destroy, type Job, job, listed, PENDING, planAddress, resultAddress, seconds } from './uws';

const SOON = 1000;
const LATER = 5000;

/** Jobs as they proceed; `changed` asks for a look at once, as when one was made. */
export function useJobs(changed: number): [Job[], string, () => void] {
  const [jobs, setJobs] = useState<Job[]>([]);
  const [problem, setProblem] = useState('');
  const [looked, look] = useState(0);
  useEffect(() => {
    let timer = 0;
    let over = false;
    const update = async () => {
      try {
        const ids = [...new Set([...remembered(), ...(await listed())])];
        const found = await Promise.all(ids.map(known));
        if (over) return;
        const there = found.filter((one): one is Job => one !== null);
        setJobs(there.sort((one, other) => other.created.localeCompare(one.created)));
        setProblem('');
        if (there.some(({ phase }) => PENDING.includes(phase))) timer = window.setTimeout(update, SOON);
      } catch (error) {
        if (over) return;
        setProblem(error instanceof Error ? error.message : String(error));
        timer = window.setTimeout(update, LATER);
      }
    };
    update();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [changed, looked]);
  return [jobs, problem, () => look((times) => times + 1)];
}

/** A job; null, and forgotten, where it is no more. */
async function known(id: string): Promise<Job | null> {
  try {
    return await job(id);
  } catch (error) {
    if (!(error instanceof Refused) || /does not answer/.test(error.message)) throw error;
    forget(id);
    return null;
  }
}

interface Props {
  jobs: Job[];
  problem: string;
  shown: string;
  open(job: Job): void;
  act(): void;
}

export function Jobs({ jobs, problem, shown, open, act }: Props) {
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">{say('Your jobs')}</h2>
      {problem && (
        <p class="missing" role="alert">
          {problem}
        </p>
      )}
      {jobs.length ? (
        <ul class="jobs">
          {jobs.map((one) => (
            <JobLine key={one.id} job={one} current={one.id === shown} open={open} act={act} />
          ))}
        </ul>
      ) : (
        <p class="faint">
          {say(
            'None. A job outlives this page; this browser remembers it, and nobody else can find it unless you log in.',
          )}
        </p>
      )}
    </section>
  );
}

function JobLine({ job: one, current, open, act }: Pick<Props, 'open' | 'act'> & { job: Job; current: boolean }) {
  const pending = PENDING.includes(one.phase);
  const taken = seconds(one, Date.now());
  const end = async (way: (id: string) => Promise<unknown>, forgotten: boolean) => {
    await way(one.id).catch(() => undefined);
    if (forgotten) forget(one.id);
    act();
  };
  return (
    <li aria-current={current || undefined}>
      <span class={`phase ${one.phase.toLowerCase()}`}>{one.phase}</span>{' '}
      <button type="button" class="query" onClick={() => open(one)} title={one.query}>
        {one.query.replace(/\s+/g, ' ')}
      </button>{' '}
      <span class="faint">
        {one.created.slice(0, 19).replace('T', ' ')}
        {taken !== null && `, ${taken.toFixed(taken < 10 ? 1 : 0)} s`}
        {one.size !== null && `, ${say('{n} kB', { n: count(Math.ceil(one.size / 1000)) })}`}
      </span>{' '}
      {pending && <progress aria-label={say('The job is under way')} />}
      {one.phase === 'COMPLETED' && (
        <a href={resultAddress(one.id)} download>
          {say('Result')}
        </a>
      )}{' '}
      <a href={planAddress(one.id)}>{say('Plan')}</a>{' '}
      {pending && (
        <button type="button" onClick={() => end(abort, false)}>
          {say('Abort')}
        </button>
      )}{' '}
      <button type="button" onClick={() => end(destroy, true)}>
        {say('Delete')}
      </button>
      {one.error && <span class="missing">{one.error}</span>}
    </li>
  );
}
