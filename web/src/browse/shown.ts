/** The rows that are shown: of which state they are, how many there are, and where they begin. */
import { count, say } from '../words';
import { Rows } from './rows';
import { pageOf, type Source, type Told } from './source';
import type { Position, State } from './state';

export interface Shown {
  state: State;
  rows: Rows;
  /** The row that is gone to; another object for each time. */
  target: { row: number };
  exact: boolean;
}

const FIRST_PAGE = 100;
export const FIRST: Position = { after: '', before: '', end: false, row: 0 };

/** The variables of the page that a position asks for. */
export function pageAt({ after, before, end }: Position): object {
  if (before || end) return { last: FIRST_PAGE, ...(before && { before }) };
  return { first: FIRST_PAGE, ...(after && { after }) };
}

export function shownOf(source: Source, state: State, told: Told, position: Position): Shown {
  const total = told.totalCount ?? told.nodes.length;
  const rows = new Rows(
    total,
    (asked) => source.page(state, asked),
    (index) => source.seek(state, index, total),
  );
  const start = position.end
    ? Math.max(0, total - told.nodes.length)
    : position.before
      ? Math.max(0, position.row)
      : position.row;
  rows.add({ ...pageOf(told), start });
  return { state, rows, target: { row: position.end ? total : start }, exact: told.totalCountIsExact !== false };
}

/** Which rows are seen, from the first to before the last, and how many there are, in words. */
export function said({ rows, exact }: Shown, [first, last]: [number, number]): string {
  if (!rows.total) return say('No rows');
  const all = `${exact ? '' : '~'}${count(rows.total)}`;
  return say('Rows {first} to {last} of {all}', { first: count(first + 1), last: count(Math.max(last, 1)), all });
}
