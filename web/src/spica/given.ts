import { say } from '../words';

/** What the server says of who reads a page of the survey, and of what its forms hold. */
export interface Reader {
  login: string;
  /** Names of principal investigators whose rows are theirs, in capitals. */
  names: string[];
  admin: boolean;
  /** Whether anything can be written at all. */
  writes: boolean;
}

export interface Field {
  name: string;
  column: string;
  title: string;
  unit: string;
  kind: string;
  admin: boolean;
  choices: Record<string, string> | null;
  /** The least and the greatest number. */
  bounds: [number, number] | null;
  /** Title of the fields that it stands among. */
  group: string;
}

export type Value = unknown;
export type Row = Record<string, Value>;

/** Whether somebody may write rows that name these investigators. */
export function owns(reader: Reader, piname: string | null | undefined): boolean {
  if (!reader.writes) return false;
  return reader.admin || (piname ?? '').split('/').some((name) => reader.names.includes(name.trim().toUpperCase()));
}

/** A value as a form shows it. */
export function written(value: Value): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What was typed as a value of its column, null for nothing; what cannot be one stays text, which the gateway refuses. */
export function typed(field: Pick<Field, 'kind'>, text: string): Value {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (field.kind === 'Int' || field.kind === 'Float' || field.kind === 'Long') {
    const number = Number(trimmed.replace(',', '.'));
    return Number.isFinite(number) ? number : trimmed;
  }
  if (field.kind === 'JSON') {
    try {
      return JSON.parse(trimmed);
    } catch {
      return trimmed;
    }
  }
  return trimmed;
}

/** What is wanted instead of values that cannot be of their fields, by the name of each. */
export function unfit(fields: Pick<Field, 'name' | 'kind' | 'bounds'>[], values: Row): Record<string, string> {
  const told = fields.map((field): [string, string] => [field.name, wanted(field, values[field.name])]);
  return Object.fromEntries(told.filter(([, text]) => text));
}

function wanted({ kind, bounds }: Pick<Field, 'kind' | 'bounds'>, value: Value): string {
  const whole = kind === 'Int' || kind === 'Long';
  if (value === null || value === undefined || !(whole || kind === 'Float')) return '';
  if (typeof value !== 'number') return say(whole ? 'a whole number is wanted' : 'a number is wanted');
  if (whole && !Number.isInteger(value)) return say('a whole number is wanted');
  const [least, most] = bounds ?? [value, value];
  return value < least || value > most ? say('a number from {least} to {most} is wanted', { least, most }) : '';
}

/** Whether two values are the same to a reader. */
export const same = (one: Value, other: Value): boolean => written(one) === written(other);
