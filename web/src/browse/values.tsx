/** The values of a column with how many rows have each; what is chosen is what rows must have. */
import { useState } from 'preact/hooks';
import { count, say } from '../words';
import { useAnswer } from './asked';
import { valuesOf } from './conditions';
import type { FacetProps } from './facet';
import { textOf } from './format';
import { chosen } from './state';
import { Written } from './text';

const FEW = 10;
const MANY = 200;

export function ValuesFacet({ column, source, state, change }: FacetProps) {
  const [first, setFirst] = useState(FEW);
  const text = state.conditions[column.field];
  const asked = JSON.stringify([chosen(state, source.table, column.field), first]);
  const {
    value: groups,
    failure,
    waiting,
  } = useAnswer((signal) => source.values(column, state, first, signal), [asked]);
  const picked = valuesOf(text);
  if (failure) return <p class="missing">{failure}</p>;
  if (!groups) return <p class="hint waiting">{say('Counting…')}</p>;
  const found = groups.map(({ key, count: rows }) => ({ value: wordOf(key?.[column.field]), rows }));
  const absent = picked
    .filter((value) => !found.some((one) => one.value === value))
    .map((value) => ({ value, rows: 0 }));
  const toggle = (value: string) =>
    change((picked.includes(value) ? picked.filter((one) => one !== value) : [...picked, value]).join('|'));
  return (
    <>
      <ul class={`counted ${waiting ? 'waiting' : ''}`}>
        {[...found, ...absent].map(({ value, rows }) => (
          <li key={value}>
            <label title={meaning(column.codes, value)}>
              <input type="checkbox" checked={picked.includes(value)} onChange={() => toggle(value)} />
              <span>{value === 'null' ? say('no value') : value}</span>
              <span class="rows">{count(rows)}</span>
            </label>
          </li>
        ))}
      </ul>
      {groups.at(-1)?.hasNext && first < MANY && (
        <button type="button" class="quiet" onClick={() => setFirst(MANY)}>
          {say('More values')}
        </button>
      )}
      {groups.at(-1)?.hasNext && column.type === 'String' && (
        <Written
          label={column.name}
          text={picked.length > 1 ? '' : (text ?? '')}
          hint={say('as HD%, or a|b')}
          change={change}
        />
      )}
    </>
  );
}

const wordOf = (value: unknown): string =>
  value === null || value === undefined ? 'null' : typeof value === 'boolean' ? String(value) : textOf(value);

const meaning = (codes: { value: string; name: string; description: string }[], value: string): string =>
  codes.find((code) => value === code.name || value === code.value)?.description ?? '';
