/**
 * Conditions as the address has them, each a text of one column, and what `where` says for them: terms between `|`, of which
 * one must hold. `adapters/page/browse_conditions.py` reads them alike, and says what terms there are.
 */
import { type Column, isNumber, isTime, mjdOf, nested, type Row } from './table';

export type Where = Row;
export type Bounds = { [bound in 'eq' | 'ge' | 'le' | 'lt']?: string | number | boolean };
export type Term = Bounds & { isNull?: boolean; ilike?: string };

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](.+))?)?)?$/;

/** What cannot be read, in words. */
export class Unreadable extends Error {}

export function whereOf(column: Column, text: string): Where {
  const terms = termsOf(column, text);
  const equal = terms.filter((term) => term.eq !== undefined).map((term) => term.eq);
  const others: Row[] = terms.filter((term) => term.eq === undefined) as Row[];
  if (equal.length) others.unshift(equal.length === 1 ? { eq: equal[0] } : { in: equal });
  const where = others.map((term) => nested(column.path, term));
  return where.length === 1 ? (where[0] as Where) : { or: where };
}

export const termsOf = (column: Column, text: string): Term[] =>
  text.split('|').map((term) => termOf(column, term.trim()));

function termOf(column: Column, term: string): Term {
  if (term === 'null' || term === '!null') return { isNull: term === 'null' };
  if (isNumber(column) || column.type === 'DateTime') return rangeOf(column, term);
  if (column.type === 'JSON') throw new Unreadable(`${column.field}=${term}`);
  if (column.type === 'Boolean') return { eq: ['true', 't', '1'].includes(term.toLowerCase()) };
  return column.type === 'String' && term.includes('%') ? { ilike: term } : { eq: term };
}

function rangeOf(column: Column, term: string): Term {
  const at = term.indexOf('..');
  if (at < 0) {
    if (isTime(column) && DATE.test(term)) return { ...boundOf(column, term, 'ge'), ...boundOf(column, term, 'le') };
    return { eq: numberOf(column, term) };
  }
  const [low, high] = [term.slice(0, at).trim(), term.slice(at + 2).trim()];
  const bounds = { ...(low && boundOf(column, low, 'ge')), ...(high && boundOf(column, high, 'le')) };
  return Object.keys(bounds).length ? bounds : { isNull: false };
}

function boundOf(column: Column, text: string, bound: 'ge' | 'le'): Bounds {
  const date = isTime(column) ? DATE.exec(text) : null;
  if (!date) return { [bound]: numberOf(column, text) };
  const { instant, whole } = instantOf(date, bound === 'le');
  if (Number.isNaN(instant)) throw new Unreadable(`${column.field}=${text}`);
  const value = column.type === 'Float' ? mjdOf(instant) : new Date(instant).toISOString().replace('Z', '000Z');
  return { [whole && bound === 'le' ? 'lt' : bound]: value };
}

/** The time that a text is of, or what follows its year, month or day; and whether it is such. */
function instantOf([, year, month, day, rest]: RegExpExecArray, after: boolean): { instant: number; whole: boolean } {
  if (rest) {
    const zone = /(Z|[+-]\d\d:?\d\d)$/.test(rest) ? '' : 'Z';
    return { instant: Date.parse(`${year}-${month}-${day}T${rest}${zone}`), whole: false };
  }
  const step = (part: string | undefined, next: string | undefined) => (after && part && !next ? 1 : 0);
  const begin = Date.parse(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  if (Number.isNaN(begin) || !after) return { instant: begin, whole: true };
  const years = Number(year) + step(year, month);
  return {
    instant: Date.UTC(years, Number(month ?? 1) - 1 + step(month, day), Number(day ?? 1) + step(day, rest)),
    whole: true,
  };
}

function numberOf(column: Column, text: string): number {
  const value = column.type === 'DateTime' || text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new Unreadable(`${column.field}=${text}`);
  return value;
}

/** The bounds that a condition of one range has, as they were written; null for any other condition. */
export function boundsOf(text: string | undefined): [string, string] | null {
  if (!text) return ['', ''];
  const parts = text.split('..');
  return parts.length === 2 && !text.includes('|') ? [(parts[0] ?? '').trim(), (parts[1] ?? '').trim()] : null;
}

/** The values that a condition lists, `null` among them; empty where it is none or another. */
export const valuesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('|')
    .map((term) => term.trim())
    .filter(Boolean);
