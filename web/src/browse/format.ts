/** Values of rows as they are shown. */
import { say } from '../words';
import { type Column, dayOf, isMjd, type Row, valueAt } from './table';

export interface Cell {
  text: string;
  /** What it leads to; '' for nothing. */
  link: string;
  /** What is said of it to who points at it; '' for nothing. */
  hint: string;
}

const ADDRESS = 'meta.ref.url';
const IDENTIFIER = 'meta.ref.ivoid';

export const cellOf = (row: Row, column: Column): Cell => cellsOf(column)(row);

/** What writes the cells of a column: what follows of the column is worked out once. */
export function cellsOf(column: Column): (row: Row) => Cell {
  const path = column.path.split('.');
  const separation = column.field === 'separation';
  const mjd = isMjd(column);
  const leads = column.ucd === ADDRESS || isDid(column);
  return (row) => {
    const value = valueAt(row, path);
    const text = separation && typeof value === 'number' ? value.toFixed(3) : textOf(value);
    const hint = mjd && typeof value === 'number' ? dayOf(value) : text.length > 24 ? text : '';
    return { text, link: leads ? linkOf(column, value) : '', hint };
  };
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Where the value of a column leads to: an address itself, or the links of what an identifier is of. */
function linkOf(column: Column, value: unknown): string {
  if (typeof value !== 'string') return '';
  if (column.ucd === ADDRESS) return /^(https?:\/\/|\/)/.test(value) ? value : '';
  return isDid(column) ? `/datalink/links?ID=${encodeURIComponent(value)}` : '';
}

const isDid = ({ ucd, field }: Column): boolean => ucd === IDENTIFIER || field === 'obsPublisherDid';

/** Of a character of a text to that of a digit. */
const NARROW = 0.95;
const LEAST = 6;
const MOST = 34;

/** The width of a column, in characters: that of what is in it, within bounds. */
export function widthOf(column: Column, rows: Row[]): number {
  const longest = Math.max(
    ...rows.map((row) => cellOf(row, column).text.length),
    column.name.length + 2,
    (column.unit?.length ?? 0) + 2,
  );
  return Math.max(LEAST, Math.min(Math.ceil(NARROW * longest) + 2, MOST));
}

/** A number as short as it may be without being another one to the eye. */
export const short = (value: number): string => String(Number(value.toPrecision(7)));
