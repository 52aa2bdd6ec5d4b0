/** The conditions by which rows are chosen: an area of the sky, and a facet for each column that is likely to be asked by. */
import { useState } from 'preact/hooks';
import { say } from '../words';
import { Facet } from './facet';
import { Sky } from './sky';
import type { Source } from './source';
import type { State } from './state';
import { type Column, kindOf, type Table } from './table';

interface PanelProps {
  table: Table;
  source: Source;
  state: State;
  change: (part: Partial<State>) => void;
}

/** Facets that are open from the start, in windows wider than so many pixels. */
const OPEN = 3;
const NARROW = 800;

export function Panel({ table, source, state, change }: PanelProps) {
  const [extra, setExtra] = useState<string[]>([]);
  const condition = (field: string, text: string) => {
    const { [field]: _, ...others } = state.conditions;
    change({ conditions: text ? { ...others, [field]: text } : others });
  };
  const facets = facetsOf(table, state, extra);
  const hidden = table.columns.filter(({ field }) => !facets.some((column) => column.field === field));
  return (
    <section class="panel" aria-label={say('Conditions')}>
      {table.positioned && <Sky table={table} state={state} change={change} />}
      {facets.map((column, at) => (
        <Facet
          key={column.field}
          column={column}
          source={source}
          state={state}
          opened={
            (at < OPEN && innerWidth > NARROW) || column.field in state.conditions || extra.includes(column.field)
          }
          change={(text) => condition(column.field, text)}
        />
      ))}
      {hidden.length > 0 && <Another columns={hidden} choose={(field) => setExtra([...extra, field])} />}
    </section>
  );
}

function Another({ columns, choose }: { columns: Column[]; choose: (field: string) => void }) {
  return (
    <p class="field">
      <select
        aria-label={say('Condition on another column')}
        value=""
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{say('Condition on another column')}</option>
        {columns.map(({ field, name }) => (
          <option key={field} value={field}>
            {name}
          </option>
        ))}
      </select>
    </p>
  );
}

/** The columns that have facets: those with conditions, those that are shown, and those that were asked for. */
function facetsOf(table: Table, state: State, extra: string[]): Column[] {
  const conditioned = table.columns.filter(({ field }) => field in state.conditions);
  const rest = table.columns.filter(
    (column) =>
      !(column.field in state.conditions) &&
      (extra.includes(column.field) || (state.columns.includes(column.field) && kindOf(column) !== 'presence')),
  );
  const weight = (column: Column) =>
    isFewValued(column) ? -1 : ['values', 'range', 'text', 'presence'].indexOf(kindOf(column));
  return [...conditioned, ...rest.sort((one, other) => weight(one) - weight(other))];
}

/** Whether a column is likely to have few values: a code, or an instrument. */
const isFewValued = (column: Column): boolean =>
  kindOf(column) === 'values' && /meta\.code|instr/.test(column.ucd ?? '');
