/** A table as the gateway describes it, and what follows from the kinds of its columns. */
import type { BrowseTableQuery } from '../documents';

export type Table = NonNullable<BrowseTableQuery['tables']>[number];
export type Column = Table['columns'][number];
export type Row = Record<string, unknown>;

/** How a column is chosen by: its values, a range of them, what is written, or whether there is one. */
export type Kind = 'values' | 'range' | 'text' | 'presence';

const NUMBERS = ['Float', 'Int', 'Long'];

export const isNumber = (column: Column): boolean => NUMBERS.includes(column.type);
const isIdentifier = (column: Column): boolean => (column.ucd ?? '').startsWith('meta.id');

/** Whether a column has days: a Modified Julian Date, UTC. */
export const isMjd = (column: Column): boolean =>
  column.unit === 'd' && (column.ucd ?? '').startsWith('time.') && column.type === 'Float';

export const isTime = (column: Column): boolean => column.type === 'DateTime' || isMjd(column);

export function kindOf(column: Column): Kind {
  if (column.type === 'JSON') return 'presence';
  if (column.type === 'DateTime') return 'range';
  if (isNumber(column)) {
    if (isIdentifier(column)) return 'text';
    return column.type === 'Int' && (column.ucd ?? '').startsWith('meta.code') ? 'values' : 'range';
  }
  const named =
    (column.ucd ?? '').includes('meta.main') || /^meta\.(note|ref\.url|ref\.ivoid|checksum)/.test(column.ucd ?? '');
  return column.type === 'String' && (named || (!column.nullable && isIdentifier(column) && column.ucd === 'meta.id'))
    ? 'text'
    : 'values';
}

/** The word for a column in the schema's lists of columns: `expTau0` is EXP_TAU0. */
export const enumName = (field: string): string => field.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();

/** The value of a column in a row: `vmag.error` is that of an object in it. */
export function valueAt(row: Row, path: string | readonly string[]): unknown {
  let value: unknown = row;
  for (const name of typeof path === 'string' ? path.split('.') : path)
    value = (value as Row | null | undefined)?.[name];
  return value ?? null;
}

/** `{ vmag: { error: … } }` for `vmag.error`. */
export const nested = (path: string, value: unknown): Row =>
  path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Row;

const MJD_OF_EPOCH = 40_587;
const DAY = 86_400_000;

export const mjdOf = (instant: number): number => instant / DAY + MJD_OF_EPOCH;
export const instantOf = (mjd: number): number => (mjd - MJD_OF_EPOCH) * DAY;
/** A Modified Julian Date as people read it, to the day. */
export const dayOf = (mjd: number): string => new Date(instantOf(mjd)).toISOString().slice(0, 10);
