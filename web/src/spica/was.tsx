/** A target as it was at some time, beside what it is. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SpicaTargetWasDocument } from '../documents';
import { say } from '../words';
import { type Field, type Row, same, written } from './given';
import { step } from './parameter';

export function Was({ id, fields, now, at }: { id: string; fields: Field[]; now: Row; at: string }) {
  const [was, setWas] = useState<Row | null>(null);
  const [message, setMessage] = useState('');
  useEffect(() => {
    setWas(null);
    setMessage('');
    if (!at) return;
    ask(SpicaTargetWasDocument, { id, time: at.length > 10 ? at : `${at}T00:00:00Z` }).then(
      ({ data, errors }) => {
        const found = data?.spicaTarget?.asOf ?? null;
        setWas(found as Row | null);
        setMessage(errors[0]?.message ?? (found ? '' : say('It was not there yet.')));
      },
      (error: Error) => setMessage(say(error.message)),
    );
  }, [id, at]);
  const differing = was ? fields.filter(({ name }) => !same(was[name], now[name])) : [];
  return (
    <section aria-labelledby="was">
      <h2 id="was">{say('As it was')}</h2>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          step({ at: String(new FormData(event.currentTarget).get('at') ?? '') || null });
        }}
      >
        <label>
          {say('At the beginning of (UTC)')} <input type="date" name="at" value={at.slice(0, 10)} />
        </label>
        <button type="submit">{say('Show')}</button>
        {at && (
          <button type="button" onClick={() => step({ at: null })}>
            {say('Only as it is')}
          </button>
        )}
      </form>
      <div aria-live="polite">
        {message && <p class="missing">{message}</p>}
        {was && differing.length === 0 && <p>{say('It was then as it is now.')}</p>}
        {differing.length > 0 && (
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{say('Field')}</th>
                <th scope="col">{say('Then')}</th>
                <th scope="col">{say('Now')}</th>
              </tr>
            </thead>
            <tbody>
              {differing.map(({ name, title }) => (
                <tr key={name}>
                  <th scope="row">{say(title)}</th>
                  <td>{written(was?.[name]) || '–'}</td>
                  <td>{written(now[name]) || '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
