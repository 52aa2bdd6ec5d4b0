/** A small form that is sent once: what was typed stays where it was refused, and goes where it was done. */
import { useId, useState } from 'preact/hooks';
import { say } from '../words';
import { newKey, type Outcome } from './saving';

interface Asked {
  name: string;
  title: string;
  /** Values with their words; what is typed, where there are none. */
  choices?: Record<string, string>;
  value?: string;
  type?: 'datetime-local';
}

interface Props {
  label: string;
  fields: Asked[];
  send: (values: Record<string, string | undefined>, key: string) => Promise<Outcome<unknown>>;
  done: () => void;
}

export function Once({ label, fields, send, done }: Props) {
  const id = useId();
  const [key, setKey] = useState(newKey);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  async function submit(form: HTMLFormElement) {
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    setBusy(true);
    const outcome = await send(values, key);
    setBusy(false);
    setFaults(outcome.faults);
    setSaid(outcome.row ? say('Saved.') : '');
    if (outcome.answered) setKey(newKey());
    if (!outcome.row) return;
    form.reset();
    done();
  }
  return (
    <form
      class="once"
      aria-label={label}
      onInput={() => setKey(newKey())}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) submit(event.currentTarget);
      }}
    >
      {fields.map(({ name, title, choices, value, type }) => (
        <label key={name} for={`${id}-${name}`}>
          {title}{' '}
          {choices ? (
            <select id={`${id}-${name}`} name={name} aria-invalid={faults[name] ? true : undefined}>
              {Object.entries(choices).map(([option, word]) => (
                <option key={option} value={option} selected={option === value}>
                  {word}
                </option>
              ))}
            </select>
          ) : (
            <input
              {...(type === 'datetime-local' ? { type, step: 1 } : { type: 'text' as const })}
              id={`${id}-${name}`}
              name={name}
              defaultValue={value ?? ''}
              required
              aria-invalid={faults[name] ? true : undefined}
            />
          )}
        </label>
      ))}
      <button type="submit" aria-disabled={busy}>
        {label}
      </button>{' '}
      <span aria-live="polite">
        {Object.entries(faults).map(([name, message]) => (
          <span key={name} class="missing">
            {message}
          </span>
        ))}
        {said}
      </span>
    </form>
  );
}
