/** Somebody has changed the row meanwhile: both states side by side, to choose from, field by field. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../words';
import { type Field, type Row, same, written } from './given';
import type { Conflict } from './saving';

interface Props {
  fields: Field[];
  conflict: Conflict;
  mine: Row;
  busy: boolean;
  /** Write what was chosen of mine over the row as it is now; nothing where theirs stays. */
  settle: (values: Row) => void;
}

export function ConflictTable({ fields, conflict, mine, busy, settle }: Props) {
  const [theirs, setTheirs] = useState<Record<string, boolean>>({});
  const dialog = useRef<HTMLElement>(null);
  useEffect(() => dialog.current?.focus(), [conflict]);
  const disputed = fields.filter((field) => field.name in mine);
  const differing = disputed.filter((field) => !same(mine[field.name], conflict.current[field.name]));
  const kept = () =>
    Object.fromEntries(differing.filter(({ name }) => !theirs[name]).map(({ name }) => [name, mine[name]]));
  return (
    <section
      class="conflict"
      role="alertdialog"
      ref={dialog}
      tabIndex={-1}
      aria-label={say('Somebody else has changed it')}
    >
      <h3>{say('Somebody else has changed it')}</h3>
      <p>
        {say('It is of version {version} by now. Choose what is to be there, and save again.', {
          version: written(conflict.current.version),
        })}
      </p>
      {differing.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('Field')}</th>
              <th scope="col">{say('Yours')}</th>
              <th scope="col">{say('There now')}</th>
            </tr>
          </thead>
          <tbody>
            {differing.map(({ name, title }) => (
              <tr key={name}>
                <th scope="row">{say(title)}</th>
                {[false, true].map((other) => (
                  <td key={String(other)}>
                    <label>
                      <input
                        type="radio"
                        name={`conflict-${name}`}
                        checked={Boolean(theirs[name]) === other}
                        onChange={() => setTheirs({ ...theirs, [name]: other })}
                      />{' '}
                      {written((other ? conflict.current : mine)[name]) || say('nothing')}
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>
        <button type="button" aria-disabled={busy} onClick={() => !busy && settle(kept())}>
          {say('Save what I chose')}
        </button>
      </p>
    </section>
  );
}
