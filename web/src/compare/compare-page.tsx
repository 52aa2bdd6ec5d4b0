/** A list to compare with all databases: typed, pasted or a file; what nothing matches stays in sight. */
import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asked, follow, tell } from '../address';
import { wrongWith } from '../parts/own-table';
import { count, say } from '../words';
import { entriesOf } from './list';
import { type Comparison, compared } from './match';
import { Results } from './results';

/** Characters of a list that an address may have. */
const LONGEST = 2000;
const RADIUS = '5';
const EXAMPLE = 'eps Gem\n06 45 08.9 -16 42 58\n344.4127 -29.6222';

interface Asked {
  list: string;
  radius: string;
}
const given = (): Asked => ({ list: asked().get('list') ?? '', radius: asked().get('radius') ?? RADIUS });

export function ComparePage() {
  const [form, setForm] = useState(given);
  const [result, setResult] = useState<Comparison | null>(null);
  const [status, setStatus] = useState('');
  const [failure, setFailure] = useState('');
  const working = useRef<AbortController | null>(null);

  const compare = async ({ list, radius }: Asked) => {
    working.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    working.current = controller;
    setResult(null);
    setFailure('');
    setStatus(list ? say('Comparing…') : '');
    if (!list) return;
    try {
      const entries = entriesOf(list);
      const names = entries.filter(({ place }) => !place).length;
      const done = (n: number) => setStatus(say('{n} of {all} names found out', { n: count(n), all: count(names) }));
      const found = await compared(entries, Number(radius) || Number(RADIUS), done, signal);
      setResult(found);
      setStatus('');
    } catch (error) {
      if (signal.aborted) return;
      setFailure((error as Error).message);
      setStatus('');
    }
  };
  useEffect(() => {
    compare(form);
    return follow(() => {
      setForm(given());
      compare(given());
    });
  }, []);

  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const short = form.list.length <= LONGEST;
    tell({ list: short ? form.list : null, radius: form.radius === RADIUS ? null : form.radius }, { step: true });
    compare(form);
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    const wrong = await wrongWith(file, file.name, say('VOTable or CSV'));
    setFailure(wrong);
    if (!wrong) setForm({ ...form, list: await file.text() });
  };
  return (
    <>
      <form class="compare-form" onSubmit={submit}>
        <label>
          {say('Names or places, one a line; or a table with the columns name, or ra and dec, as CSV or VOTable')}
          <textarea
            name="list"
            rows={6}
            spellcheck={false}
            required
            placeholder={EXAMPLE}
            value={form.list}
            onInput={(event) => setForm({ ...form, list: event.currentTarget.value })}
          />
        </label>
        <div class="compare-row">
          <label>
            {say('A file instead')}{' '}
            <input
              type="file"
              accept=".csv,.txt,.tsv,.xml,.vot,.votable"
              onChange={(event) => read(event.currentTarget.files?.[0])}
            />
          </label>
          <label>
            {say('Within')}{' '}
            <input
              name="radius"
              type="number"
              min="0.1"
              max="180"
              step="any"
              value={form.radius}
              onInput={(event) => setForm({ ...form, radius: event.currentTarget.value })}
            />
            ″
          </label>
          <button type="submit">{say('Compare')}</button>
        </div>
        {form.list.length > LONGEST && (
          <p class="calm">{say('This list is too long for an address: who is sent it sees an empty page.')}</p>
        )}
      </form>
      <p role="status" class="compare-status">
        {status}
      </p>
      {failure && (
        <p class="missing" role="alert">
          {failure}
        </p>
      )}
      {result && <Results comparison={result} />}
    </>
  );
}
