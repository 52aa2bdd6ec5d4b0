/** Which columns are shown: with their units, what they are and what they hold. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../words';
import type { Table } from './table';

interface ColumnsProps {
  table: Table;
  shown: string[];
  usual: string[];
  choose: (columns: string[]) => void;
  close: () => void;
}

export function Columns({ table, shown, usual, choose, close }: ColumnsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [picked, setPicked] = useState(new Set(shown));
  const [sought, setSought] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const toggle = (field: string) => {
    const next = new Set(picked);
    if (!next.delete(field)) next.add(field);
    setPicked(next);
  };
  const fits = (text: string | null) => (text ?? '').toLowerCase().includes(sought.toLowerCase());
  const found = table.columns.filter(({ name, ucd, description }) => [name, ucd, description].some(fits));
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby="columns-title" onClose={close}>
      <form
        method="dialog"
        onSubmit={() => choose(table.columns.map(({ field }) => field).filter((field) => picked.has(field)))}
      >
        <h2 id="columns-title">{say('Columns of {table}', { table: table.name })}</h2>
        <p class="field">
          <input
            type="search"
            aria-label={say('Search columns')}
            placeholder={say('Search columns')}
            value={sought}
            onInput={(event) => setSought(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          />
          <button type="button" class="quiet" onClick={() => setPicked(new Set(usual))}>
            {say('The usual ones')}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => setPicked(new Set(table.columns.map(({ field }) => field)))}
          >
            {say('All columns')}
          </button>
        </p>
        <ul class="chooser">
          {found.map(({ field, name, unit, ucd, description }) => (
            <li key={field}>
              <label>
                <input type="checkbox" checked={picked.has(field)} onChange={() => toggle(field)} />
                <strong>{name}</strong> {unit && <span class="unit">{unit}</span>}
                <span class="hint">
                  {description} {ucd && <code>{ucd}</code>}
                </span>
              </label>
            </li>
          ))}
        </ul>
        <p class="field">
          <button type="submit" disabled={!picked.size}>
            {say('Show these columns')}
          </button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {say('Cancel')}
          </button>
        </p>
      </form>
    </dialog>
  );
}
