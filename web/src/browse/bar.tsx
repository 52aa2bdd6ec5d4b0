/** What is said of the rows that are shown, and the ways to others and to other columns. */
import { say } from '../words';
import { Jumps } from './jumps';
import { type Shown, said } from './shown';
import type { State } from './state';
import type { Table } from './table';

interface BarProps {
  table: Table;
  state: State;
  shown: Shown | null;
  /** The rows that are seen, from the first to before the last. */
  range: [number, number];
  change: (part: Partial<State>) => void;
  go: (row: number) => void;
  /** Called when other columns are wanted. */
  choose: () => void;
}

export function Bar({ table, state, shown, range, change, go, choose }: BarProps) {
  const { conditions, place, box, polygon } = state;
  return (
    <div class="bar">
      <p role="status">{shown ? said(shown, range) : ''}</p>
      {shown && <Jumps total={shown.rows.total} go={go} />}
      <button type="button" class="quiet" onClick={choose}>
        {say('Columns')} ({state.columns.length}/{table.columns.length})
      </button>
      {Object.keys(conditions).length + place.length + box.length + polygon.length > 0 && (
        <button type="button" class="quiet" onClick={() => change({ conditions: {}, place: '', box: [], polygon: [] })}>
          {say('All rows')}
        </button>
      )}
    </div>
  );
}
