/** What is said of the rows that are shown, and the ways to others and to other columns. */
import { useState } from 'preact/hooks';
import { say } from '../words';
import { Jumps } from './jumps';
import { type Shown, said } from './shown';
import type { State } from './state';
import type { Table } from './table';

/** Who is told which rows are seen, from the first to before the last; nothing else is drawn again because of it. */
export interface Tell {
  current: (range: [number, number]) => void;
}

interface BarProps {
  table: Table;
  state: State;
  shown: Shown | null;
  /** What is called when other rows are seen: it is put here. */
  tell: Tell;
  change: (part: Partial<State>) => void;
  go: (row: number) => void;
  /** Called when other columns are wanted. */
  choose: () => void;
}

export function Bar({ table, state, shown, tell, change, go, choose }: BarProps) {
  const { conditions, place, box, polygon } = state;
  return (
    <div class="bar">
      <Seen shown={shown} tell={tell} />
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

function Seen({ shown, tell }: { shown: Shown | null; tell: Tell }) {
  const [range, setRange] = useState<[number, number]>([0, 0]);
  tell.current = setRange;
  return <p role="status">{shown ? said(shown, range) : ''}</p>;
}
