/** Values of a row, which are edited where they stand by who may write them. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { say } from '../words';
import { ConflictTable } from './conflict';
import { type Field, type Row, same, typed, unfit, type Value, written } from './given';
import { type Conflict, newKey, type Outcome } from './saving';

interface Props<Saved extends Row> {
  fields: Field[];
  row: Saved;
  /** Which fields may be written. */
  may: (field: Field) => boolean;
  /** Have some values written, of a version that was read. */
  write: (values: Row, version: number, key: string) => Promise<Outcome<Saved>>;
  saved: (row: Saved) => void;
  label: string;
}

export function Fields<Saved extends Row>({ fields, row, may, write, saved, label }: Props<Saved>) {
  const [draft, setDraft] = useState<Record<string, string>>({});
  const [key, setKey] = useState(newKey);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changes = changed(fields, row, draft);
  const count = Object.keys(changes).length;
  useUnsaved(count > 0);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [faults]);

  function edit(name: string, text: string) {
    setDraft({ ...draft, [name]: text });
    setKey(newKey());
    setSaid('');
  }
  function forget() {
    setDraft({});
    setFaults({});
    setConflict(null);
  }
  /** To where the next change is saved: what had the focus may be gone. */
  function back() {
    form.current?.querySelector<HTMLElement>('button[type="submit"]')?.focus();
  }
  function undo() {
    if (conflict) saved({ ...row, ...(conflict.current as Saved) });
    forget();
    back();
  }
  async function send(values: Row, version: number) {
    setBusy(true);
    const outcome = await write(values, version, key);
    setBusy(false);
    setFaults(outcome.faults);
    setConflict(outcome.conflict);
    if (outcome.answered) setKey(newKey());
    if (conflict && !outcome.conflict) back();
    if (!outcome.row) return;
    forget();
    setSaid(say('Saved.'));
    saved(outcome.row);
  }
  async function settle(values: Row) {
    const current = conflict?.current as Saved;
    if (Object.keys(values).length) return send(values, Number(current.version));
    forget();
    back();
    setSaid(say('What is there now stays.'));
    saved({ ...row, ...current });
  }

  const sendable = count > 0 && !busy && conflict === null;
  return (
    <form
      ref={form}
      class="fields"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sendable) return;
        const wrong = unfit(fields, changes);
        if (Object.keys(wrong).length) setFaults(wrong);
        else send(changes, Number(row.version));
      }}
    >
      {groups(fields.filter((field) => may(field) || row[field.name] !== null)).map(([title, members]) => (
        <div key={title} class={members.every(({ unit }) => unit === 'mag') ? 'grid small' : 'grid'}>
          {fields.length > members.length && <h3>{say(title)}</h3>}
          {members.map((field) => (
            <FieldRow
              key={field.name}
              field={field}
              value={row[field.name]}
              text={draft[field.name]}
              writable={may(field)}
              fault={faults[field.name]}
              edit={(text) => edit(field.name, text)}
            />
          ))}
        </div>
      ))}
      {conflict && <ConflictTable fields={fields} conflict={conflict} mine={changes} busy={busy} settle={settle} />}
      {fields.some(may) && (
        <p class={count ? 'savebar unsaved' : 'savebar'} aria-live="polite">
          <button type="submit" aria-disabled={!sendable}>
            {count > 1 ? say('Save {n} changes', { n: count }) : say(count ? 'Save 1 change' : 'Save')}
          </button>{' '}
          {count > 0 && (
            <button type="button" onClick={undo} disabled={busy}>
              {say('Undo')}
            </button>
          )}{' '}
          {faults[''] && !conflict && <span class="missing">{faults['']}</span>} {said}
        </p>
      )}
    </form>
  );
}

/** Fields by the titles of their groups, in order. */
function groups(fields: Field[]): [string, Field[]][] {
  const titles = [...new Set(fields.map(({ group }) => group))];
  return titles.map((title) => [title, fields.filter(({ group }) => group === title)]);
}

/** What a draft changes, by field. */
export function changed(fields: Field[], row: Row, draft: Record<string, string>): Row {
  const values: Row = {};
  for (const field of fields) {
    const text = draft[field.name];
    if (text === undefined) continue;
    const value = typed(field, text);
    if (!same(value, row[field.name])) values[field.name] = value;
  }
  return values;
}

interface RowProps {
  field: Field;
  value: Value;
  text: string | undefined;
  writable: boolean;
  fault: string | undefined;
  edit: (text: string) => void;
}

function FieldRow({ field, value, text, writable, fault, edit }: RowProps) {
  const id = useId();
  const shown = text ?? written(value);
  const dirty = text !== undefined && !same(typed(field, text), value);
  const title = say(field.title);
  if (!writable && value === null) return null;
  const props = {
    id,
    class: dirty ? 'dirty' : '',
    'aria-invalid': fault ? true : undefined,
    'aria-describedby': fault ? `${id}-fault` : undefined,
  };
  return (
    <div class="field">
      <label for={writable ? id : undefined}>{title}</label>
      {writable ? (
        <Input field={field} props={props} shown={shown} edit={edit} />
      ) : (
        <span class="value">{meaning(field, shown)}</span>
      )}
      {field.unit && <small>{field.unit}</small>}
      {fault && (
        <span class="missing fault" id={`${id}-fault`} role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

/** A value with what it means, where that is not what it is. */
function meaning({ choices }: Field, shown: string): string {
  const word = choices?.[shown];
  return word && word !== shown ? `${shown} · ${say(word)}` : say(shown);
}

function Input({
  field,
  props,
  shown,
  edit,
}: {
  field: Field;
  props: object;
  shown: string;
  edit: (t: string) => void;
}) {
  if (field.choices) {
    const options = Object.entries(field.choices);
    return (
      <select {...props} value={shown} onChange={(event) => edit(event.currentTarget.value)}>
        <option value="" />
        {options.map(([value, word]) => (
          <option key={value} value={value} selected={value === shown}>
            {word === value ? say(word) : `${value} · ${say(word)}`}
          </option>
        ))}
        {shown && !(shown in field.choices) && (
          <option value={shown} selected>
            {shown}
          </option>
        )}
      </select>
    );
  }
  const long = field.kind === 'JSON' || field.name === 'comments';
  const onInput = (event: { currentTarget: { value: string } }) => edit(event.currentTarget.value);
  return long ? (
    <textarea {...props} rows={shown.length > 60 ? 4 : 1} value={shown} onInput={onInput} />
  ) : (
    <input {...props} inputMode={field.kind === 'String' ? 'text' : 'decimal'} value={shown} onInput={onInput} />
  );
}

/** Ask before a page with unsaved changes is left. */
function useUnsaved(unsaved: boolean) {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: Event) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [unsaved]);
}
