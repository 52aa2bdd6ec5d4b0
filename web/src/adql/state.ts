/** What the address of the page says: the query, what is shown of its rows, and of which job. */
import { asked, type Parameters } from '../address';
import type { Axes } from './plot';

export interface State {
  query: string;
  maxrec: number;
  /** "" before the query is run. */
  view: '' | 'table' | 'plot';
  axes: Partial<Axes>;
  job: string;
}
export const ROWS = 2000;

export function read(from: URLSearchParams = asked()): State {
  const view = from.get('view');
  const [x, y] = [from.get('x'), from.get('y')];
  return {
    query: from.get('query') ?? '',
    maxrec: Math.max(1, Math.floor(Number(from.get('maxrec')) || ROWS)),
    view: view === 'table' || view === 'plot' ? view : '',
    axes: { ...(x && { x }), ...(y && { y }), flipped: from.get('flip') === '1' },
    job: from.get('job') ?? '',
  };
}

export function written({ query, maxrec, view, axes, job }: State): Parameters {
  const plotted = view === 'plot';
  return {
    query: job ? null : query,
    maxrec: maxrec === ROWS || job ? null : String(maxrec),
    view,
    x: plotted ? (axes.x ?? null) : null,
    y: plotted ? (axes.y ?? null) : null,
    flip: plotted && axes.flipped ? '1' : null,
    job,
  };
}
