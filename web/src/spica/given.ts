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

/** Whether two values are the same to a reader. */
export const same = (one: Value, other: Value): boolean => written(one) === written(other);
