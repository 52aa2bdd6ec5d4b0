/** What the address says of the rows that are shown, and the variables that ask for them. */
import { whereOf } from './conditions';
import { coneOf } from './place';
import type { Table } from './table';

export const RADIUS = 0.1;

export interface State {
  /** By field; see `conditions.ts`. */
  conditions: Record<string, string>;
  /** Fields in published order. */
  columns: string[];
  /** A field, with a minus for descending; '' for the order of the key, or from a place outwards. */
  order: string;
  place: string;
  /** Degrees. */
  radius: number;
  /** Right ascension and declination of the centre, width and height, ICRS degrees. */
  box: number[];
  /** Right ascension and declination of each corner, ICRS degrees. */
  polygon: number[];
}

/** Where a page begins: after a row, before one, or at the end; with the number of its first row, from 0. */
export interface Position {
  after: string;
  before: string;
  end: boolean;
  row: number;
}

/** The names of columns of a table, and of those that are shown where the address names none. */
export interface Fields {
  all: string[];
  shown: string[];
}

export const fieldsOf = (table: Table, shown: string[]): Fields => ({
  all: table.columns.map(({ field }) => field),
  shown,
});

export function readState(address: URLSearchParams, fields: Fields): State {
  const conditions: Record<string, string> = {};
  for (const field of fields.all) {
    const text = address.get(field)?.trim();
    if (text) conditions[field] = text;
  }
  const wanted = address.getAll('columns').join(',').split(',');
  const columns = fields.all.filter((field) => wanted.includes(field));
  return {
    conditions,
    columns: columns.length ? columns : fields.shown,
    order: address.get('order') ?? '',
    place: address.get('place')?.trim() ?? '',
    radius: Number(address.get('radius') ?? RADIUS) || RADIUS,
    box: numbers(address.get('box')),
    polygon: numbers(address.get('polygon')),
  };
}

export const readPosition = (address: URLSearchParams): Position => ({
  after: address.get('after') ?? '',
  before: address.get('before') ?? '',
  end: Boolean(address.get('end')),
  row: Number(address.get('row') ?? 0) || 0,
});

const numbers = (text: string | null): number[] =>
  (text ?? '').replaceAll(',', ' ').split(' ').filter(Boolean).map(Number).filter(Number.isFinite);

/** The query string of a state, from its first row on; the same as the pages have that need no script. */
export function addressOf(state: State, fields: Fields): URLSearchParams {
  const to = new URLSearchParams(state.conditions);
  if (state.place) to.set('place', state.place);
  if (state.place && state.radius !== RADIUS) to.set('radius', String(state.radius));
  if (state.box.length) to.set('box', state.box.join(','));
  if (state.polygon.length) to.set('polygon', state.polygon.join(','));
  if (state.columns.join() !== fields.shown.join()) to.set('columns', state.columns.join(','));
  if (state.order) to.set('order', state.order);
  return to;
}

export interface Chosen {
  where?: object;
  cone?: object;
  region?: object;
}

/** The variables that say which rows are meant; without the condition of a field, as its own facet wants them. */
export function chosen(state: State, table: Table, without = ''): Chosen {
  const conditions = table.columns.flatMap((column) => {
    const text = state.conditions[column.field];
    return text && column.field !== without ? [whereOf(column, text)] : [];
  });
  const [where] = conditions.length > 1 ? [{ and: conditions }] : conditions;
  return { ...(where && { where }), ...(table.positioned && sky(state)) };
}

function sky({ place, radius, box, polygon }: State): Chosen {
  const [ra, dec, width, height] = box;
  const corners = Array.from({ length: polygon.length / 2 }, (_, corner) => polygon.slice(2 * corner, 2 * corner + 2));
  const region = polygon.length ? { polygon: corners } : box.length === 4 ? { box: { ra, dec, width, height } } : null;
  return { ...(place && { cone: coneOf(place, radius) }), ...(region && { region }) };
}

/** The order that rows are in: where none is asked, from a place outwards; '' for that of the key. */
export const orderOf = ({ order, place }: State, table: Table): string =>
  order || (place && table.positioned ? 'separation' : '');

/** The variables of a table's document, but for the page. */
export function rowsVariables(state: State, table: Table): Record<string, unknown> {
  const order = orderOf(state, table);
  const field = order.replace(/^-/, '');
  return {
    ...Object.fromEntries(state.columns.map((column) => [column, true])),
    ...chosen(state, table),
    ...(field && { orderBy: [{ [field]: order.startsWith('-') ? 'DESC_NULLS_LAST' : 'ASC' }] }),
    ...(state.place && table.positioned && { separation: true }),
  };
}
