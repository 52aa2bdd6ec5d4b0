/** A night of the survey: what can be observed when, how urgent it is, and off to ASPRO2. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SpicaNightDocument, type SpicaNightQuery } from '../documents';
import { sendTable } from '../samp';
import { count, say } from '../words';
import { clock } from './altitude';
import { NightForm } from './night-form';
import { type Asked, list, machineAddress, variables } from './night-parameters';
import { NightTargets } from './night-targets';
import { useParameters } from './parameter';

export interface Given {
  evening: string;
  programmes: string[];
  modes: Record<string, string>;
}
export type Night = NonNullable<SpicaNightQuery['spicaNight']>;
type Target = Night['nodes'][number];

const PAGE = 200;

export function NightPage(given: Given) {
  const parameters = useParameters();
  const asked: Asked = { evening: given.evening, parameters };
  const question = JSON.stringify(variables(asked));
  const [night, setNight] = useState<Night | null>(null);
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(true);
  async function read(after: string | null, before: Target[], signal?: AbortSignal) {
    setBusy(true);
    try {
      const { data, errors } = await ask(SpicaNightDocument, { ...JSON.parse(question), first: PAGE, after }, signal);
      setMessage(errors.map((error) => error.message).join(' '));
      const found = data?.spicaNight ?? null;
      setNight(found && { ...found, nodes: [...before, ...found.nodes] });
    } catch (error) {
      if (signal?.aborted) return;
      setMessage(say((error as Error).message));
    }
    setBusy(false);
  }
  useEffect(() => {
    const control = new AbortController();
    read(null, [], control.signal);
    return () => control.abort();
  }, [question]);
  return (
    <>
      <NightForm given={given} parameters={parameters} />
      <div aria-live="polite" aria-busy={busy}>
        {message && (
          <p class="missing" role="alert">
            {message}
          </p>
        )}
        {!night && busy && <p class="waiting">{say('Computing the night…')}</p>}
      </div>
      {night && (
        <div class={busy ? 'stale' : ''}>
          <Choice asked={asked} night={night} />
          <Facts night={night} />
          <Away asked={asked} night={night} />
          <NightTargets night={night} chosen={parameters.get('show')} />
          {night.pageInfo.hasNextPage && (
            <button type="button" disabled={busy} onClick={() => read(night.pageInfo.endCursor, night.nodes)}>
              {say('The next {n}', { n: PAGE })}
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** What is asked, where its form is not: on paper. */
function Choice({ asked, night }: { asked: Asked; night: Night }) {
  const chosen = (
    [
      ['Modes', 'modes'],
      ['Programmes', 'programmes'],
      ['Priorities', 'priorities'],
    ] as const
  )
    .map(([title, name]) => [say(title), list(asked.parameters.get(name)).join(', ')])
    .filter(([, values]) => values);
  const told = [...chosen, [say('Lowest elevation'), `${night.minElevation}°`]].map((each) => each.join(': '));
  return (
    <p class="on-paper">
      <strong>{say('Evening of {date}', { date: night.date })}</strong> · {told.join(' · ')}
    </p>
  );
}

function Facts({ night }: { night: Night }) {
  const dark = night.twilights.find((one) => one.sunAltitude === -18);
  const sun = night.twilights[0];
  return (
    <>
      <p class="facts">
        <strong>{say('{n} targets can be observed', { n: count(night.observableCount) })}</strong>
        <span>
          {say('Sun sets {evening}, rises {morning}', {
            evening: clock(sun?.evening ?? null),
            morning: clock(sun?.morning ?? null),
          })}
        </span>
        <span>
          {say('dark {evening}–{morning} UTC', {
            evening: clock(dark?.evening ?? null),
            morning: clock(dark?.morning ?? null),
          })}
        </span>
        <span>{say('Moon lit to {n} %', { n: Math.round(100 * night.moonIllumination) })}</span>
        <span>
          {night.site.name}, {night.stations.join(' ')}, PoPs {night.pops}
        </span>
      </p>
      {night.warnings.map((warning) => (
        <p key={warning} class="doubt">
          {warning}
        </p>
      ))}
    </>
  );
}

function Away({ asked, night }: { asked: Asked; night: Night }) {
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  async function send() {
    setBusy(true);
    setSaid('');
    const waiting = setTimeout(
      () => setSaid(say('Look for the window of your SAMP hub, which asks whether this page may connect.')),
      2000,
    );
    try {
      const loaded = await sendTable(
        new URL(machineAddress(asked, 'votable'), location.href).href,
        `SPICA ${night.date}`,
        'Aspro2',
      );
      setSaid(say('{names} has it.', { names: loaded.join(', ') }));
    } catch (error) {
      setSaid(say((error as Error).message));
    }
    clearTimeout(waiting);
    setBusy(false);
  }
  return (
    <p class="chips">
      <button type="button" class="main" disabled={busy} onClick={send}>
        {say('Send to ASPRO2')}
      </button>
      <a href={machineAddress(asked, 'asprox')} download>
        {say('File of ASPRO2 (.asprox)')}
      </a>
      <a href={machineAddress(asked, 'votable')}>VOTable</a>
      <span aria-live="polite">{said}</span>
    </p>
  );
}
