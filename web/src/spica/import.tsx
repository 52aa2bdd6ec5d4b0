/** A table of targets is imported: first what each line would change, then all of it or nothing. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SpicaImportDocument, type SpicaImportMutation, SpicaProgramsDocument } from '../documents';
import { count, say } from '../words';
import { owns, type Reader, written } from './given';
import { newKey } from './saving';
import { Wide } from './wide';

interface Given extends Reader {
  programmes: string[];
}
type Payload = NonNullable<SpicaImportMutation['importTargets']>;
type Line = Payload['lines'][number];
const ACTIONS = ['ADD', 'CHANGE', 'NOTHING', 'REFUSED'] as const;
const WORDS: Record<(typeof ACTIONS)[number], string> = {
  ADD: 'new',
  CHANGE: 'changed',
  NOTHING: 'there already',
  REFUSED: 'refused',
};
const EXAMPLE = 'target_main_id,ra,dec,spt,vmag,spica_mode,priority_pi';

export function ImportPage(given: Given) {
  const [text, setText] = useState('');
  const [program, setProgram] = useState('');
  const [pi, setPi] = useState('');
  const [key, setKey] = useState(newKey);
  const [tried, setTried] = useState<Payload | null>(null);
  const [only, setOnly] = useState('');
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const own = useOwn(given, tried !== null);

  function other(change: () => void) {
    change();
    setTried(null);
    setMessage('');
    setKey(newKey());
  }
  async function send(dryRun: boolean) {
    setBusy(true);
    setMessage('');
    try {
      const input = { document: text, dryRun, progname: program || null, piname: pi || null };
      const { data, errors } = await ask(SpicaImportDocument, { input, key: dryRun ? null : key });
      const told = data?.importTargets ?? null;
      setTried(told);
      setMessage(errors[0]?.message ?? told?.userErrors.map((error) => error.message).join(' ') ?? '');
    } catch (error) {
      setMessage(say((error as Error).message));
    }
    setBusy(false);
  }
  const lines = tried?.lines ?? [];
  const sound =
    tried !== null &&
    lines.length > 0 &&
    tried.userErrors.length === 0 &&
    lines.every((line) => line.action !== 'REFUSED');
  return (
    <>
      <p>
        {say(
          'A VOTable with TABLEDATA, or CSV whose first line names its columns, as SPICA-DB or the exports of the survey call them. Nothing is written before you have seen what would change.',
        )}
      </p>
      <form
        class="import"
        onSubmit={(event) => {
          event.preventDefault();
          send(true);
        }}
      >
        <p>
          <label>
            {say('File')}{' '}
            <input
              type="file"
              accept=".csv,.xml,.vot,text/csv,application/x-votable+xml"
              onChange={async (event) => {
                const file = event.currentTarget.files?.[0];
                const read = (await file?.text()) ?? '';
                other(() => setText(read));
              }}
            />
          </label>
        </p>
        <label>
          {say('or its text')}
          <textarea
            rows={8}
            spellcheck={false}
            placeholder={EXAMPLE}
            value={text}
            onInput={(event) => {
              const typed = event.currentTarget.value;
              other(() => setText(typed));
            }}
          />
        </label>
        <p class="filters">
          <label>
            {say('Programme of all lines')}{' '}
            <select
              value={program}
              onChange={(event) => {
                const chosen = event.currentTarget.value;
                other(() => setProgram(chosen));
              }}
            >
              <option value="">{say('as the lines say')}</option>
              {given.programmes.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {say('Principal investigator of all lines')}{' '}
            <input
              value={pi}
              placeholder={say('as the lines say')}
              list="names"
              onInput={(event) => {
                const typed = event.currentTarget.value;
                other(() => setPi(typed));
              }}
            />
          </label>
          <datalist id="names">
            {given.names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <button type="submit" disabled={busy || !text.trim()}>
            {say('See what would change')}
          </button>
        </p>
      </form>
      <div aria-live="polite">
        {message && (
          <p class="missing" role="alert">
            {message}
          </p>
        )}
        {tried && <Summary tried={tried} only={only} choose={setOnly} />}
        {tried && !tried.dryRun && (
          <p class="live">{tried.alreadyDone ? say('It had been imported already.') : say('Imported.')}</p>
        )}
        {tried?.dryRun && lines.length > 0 && (
          <p>
            <button type="button" disabled={!sound || busy} onClick={() => send(false)}>
              {say('Import {n} lines', { n: count(lines.length) })}
            </button>{' '}
            {!sound && say('If any line is refused, none is taken: correct it in the table first.')}{' '}
            {own.length > 0 && say('Programmes that are yours: {names}', { names: own.join(', ') })}
          </p>
        )}
      </div>
      {lines.length > 0 && <Lines lines={lines.filter((line) => !only || line.action === only)} />}
    </>
  );
}

/** The names of the programmes of who reads, asked when they are wanted. */
function useOwn(reader: Reader, wanted: boolean): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    if (!wanted) return;
    ask(SpicaProgramsDocument, {}).then(
      ({ data }) => {
        const own = (data?.spicaPrograms?.nodes ?? []).filter(({ piname }) => owns(reader, piname));
        setNames(own.map(({ progname }) => progname));
      },
      () => undefined,
    );
  }, [wanted]);
  return names;
}

function Summary({ tried, only, choose }: { tried: Payload; only: string; choose: (action: string) => void }) {
  return (
    <p class="chips">
      <button type="button" aria-pressed={only === ''} onClick={() => choose('')}>
        {say('{n} lines', { n: count(tried.lines.length) })}
      </button>
      {ACTIONS.map((action) => {
        const found = tried.lines.filter((line) => line.action === action).length;
        if (!found) return null;
        return (
          <button
            key={action}
            type="button"
            aria-pressed={only === action}
            class={action.toLowerCase()}
            onClick={() => choose(action)}
          >
            {count(found)} {say(WORDS[action])}
          </button>
        );
      })}
    </p>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  return (
    <Wide label={say('Line by line')}>
      <table class="list">
        <thead>
          <tr>
            {['Line', 'Target', 'What becomes of it', 'What changes'].map((title) => (
              <th key={title} scope="col">
                {say(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.line}>
              <td class="number">{line.line}</td>
              <th scope="row">
                {line.spicadbId === null ? (
                  line.targetMainId
                ) : (
                  <a href={`/spica/targets/${line.spicadbId}`}>{line.targetMainId ?? line.spicadbId}</a>
                )}
                {line.separation !== null && line.separation > 0 && (
                  <small> {say('{n}″ away', { n: line.separation.toFixed(2) })}</small>
                )}
              </th>
              <td>
                <span class={`status ${line.action.toLowerCase()}`}>{say(WORDS[line.action])}</span>
              </td>
              <td>
                {line.problems.map((problem) => (
                  <div key={problem.message} class="missing">
                    {problem.message}
                  </div>
                ))}
                {line.changes.map(({ field, before, after }) => (
                  <div key={field}>
                    {field}: {written(before) || '–'} → <strong>{written(after) || '–'}</strong>
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
