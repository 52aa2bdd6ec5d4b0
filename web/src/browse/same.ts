/** The same rows asked in other ways: texts to copy. */
import { type Term, termsOf } from './conditions';
import { coneOf } from './place';
import { chosen, type State } from './state';
import { type Column, isNumber, type Table } from './table';

export interface Same {
  title: string;
  text: string;
}

/** Where a star is that a place names, ICRS degrees. */
export interface Centre {
  ra: number;
  dec: number;
}

export function sameAs(state: State, table: Table, host: string, centre: Centre | null): Same[] {
  const adql = adqlOf(state, table, centre);
  const cone =
    centre && table.positioned && `${host}/scs/${table.name}?RA=${centre.ra}&DEC=${centre.dec}&SR=${state.radius}`;
  return [
    { title: 'GraphQL', text: graphqlOf(state, table) },
    { title: 'ADQL', text: adql },
    ...(cone && state.place ? [{ title: 'Cone search', text: cone }] : []),
    { title: 'Python', text: pythonOf(adql, host) },
    { title: 'STILTS', text: stiltsOf(adql, host, table) },
  ];
}

const pythonOf = (adql: string, host: string) =>
  `import pyvo\n\nservice = pyvo.dal.TAPService("${host}/tap")\nrows = service.search("""${adql}""")\nprint(rows.to_table())\n`;

const stiltsOf = (adql: string, host: string, table: Table) =>
  `stilts tapquery tapurl=${host}/tap adql='${adql.replaceAll("'", "'\\''")}' out=${table.name}.fits\n`;

export function graphqlOf(state: State, table: Table): string {
  const { where, cone, region } = chosen(state, table);
  const field = state.order.replace(/^-/, '');
  const order = field && `[{${field}: ${state.order.startsWith('-') ? 'DESC_NULLS_LAST' : 'ASC'}}]`;
  const given = Object.entries({ where, cone, region }).flatMap(([name, value]) =>
    value ? [`${name}: ${literal(value, table)}`] : [],
  );
  const passed = [...given, ...(order ? [`orderBy: ${order}`] : [])].join(', ');
  return `{\n  ${table.plural}${passed && `(${passed})`} {\n    nodes { ${selection(state, table)} }\n  }\n}\n`;
}

function selection(state: State, table: Table): string {
  const parts = new Map<string, string[]>();
  for (const { path, field } of table.columns) {
    if (!state.columns.includes(field)) continue;
    const [name = '', part] = path.split('.');
    parts.set(name, [...(parts.get(name) ?? []), ...(part ? [part] : [])]);
  }
  const columns = [...parts].map(([name, below]) => (below.length ? `${name} { ${below.join(' ')} }` : name));
  return [...(state.place && table.positioned ? ['separation'] : []), ...columns].join(' ');
}

/** A value as GraphQL writes it; words of closed lists without quotes. */
function literal(value: unknown, table: Table): string {
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, table)).join(', ')}]`;
  if (typeof value === 'object' && value) {
    return `{${Object.entries(value)
      .map(([name, one]) => `${name}: ${literal(one, table)}`)
      .join(', ')}}`;
  }
  const words = table.columns.filter(({ type }) => type !== 'String').flatMap(({ codes }) => codes);
  return typeof value === 'string' && words.some(({ name }) => name === value) ? value : JSON.stringify(value);
}

export function adqlOf(state: State, table: Table, centre: Centre | null): string {
  const columns = table.columns.filter(({ field }) => state.columns.includes(field)).map(({ name }) => name);
  const conditions = table.columns.flatMap((column) => {
    const text = state.conditions[column.field];
    return text ? [anyOf(termsOf(column, text).map((term) => predicate(column, term)))] : [];
  });
  const where = [...conditions, ...(table.positioned ? areas(state, table, centre) : [])];
  const sorted = table.columns.find(({ field }) => field === state.order.replace(/^-/, ''));
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${table.name}`,
    ...(where.length ? [`WHERE ${where.join('\n  AND ')}`] : []),
    ...(sorted ? [`ORDER BY ${sorted.name}${state.order.startsWith('-') ? ' DESC' : ''}`] : []),
  ].join('\n');
}

const anyOf = (terms: string[]): string => (terms.length === 1 ? (terms[0] ?? '') : `(${terms.join(' OR ')})`);

const OPERATORS = { eq: '=', ge: '>=', le: '<=', lt: '<' };

function predicate({ name, ...column }: Column, { isNull, ilike, ...bounds }: Term): string {
  if (isNull !== undefined) return `${name} IS ${isNull ? '' : 'NOT '}NULL`;
  if (ilike !== undefined) return `${name} ILIKE ${quoted(ilike)}`;
  const told = Object.entries(bounds).map(
    ([bound, value]) => `${name} ${OPERATORS[bound as 'eq']} ${sqlValue({ name, ...column }, value)}`,
  );
  return told.length === 1 ? (told[0] ?? '') : `(${told.join(' AND ')})`;
}

function sqlValue(column: Column, value: string | number | boolean): string {
  if (isNumber(column) || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  const code = column.type === 'String' ? undefined : column.codes.find(({ name }) => name === value)?.value;
  return code ?? quoted(value);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function areas(state: State, table: Table, centre: Centre | null): string[] {
  const [ra, dec] = positionOf(table);
  const within = (area: string) => `1 = CONTAINS(POINT(${ra}, ${dec}), ${area})`;
  return [
    ...(state.place && centre ? [within(`CIRCLE(${centre.ra}, ${centre.dec}, ${state.radius})`)] : []),
    ...(state.box.length === 4 ? [within(`BOX(${state.box.join(', ')})`)] : []),
    ...(state.polygon.length ? [within(`POLYGON(${state.polygon.join(', ')})`)] : []),
  ];
}

function positionOf(table: Table): [string, string] {
  const named = (ucd: string) =>
    (
      table.columns.find((column) => column.ucd === `${ucd};meta.main`) ??
      table.columns.find((column) => column.ucd === ucd)
    )?.name ?? '';
  return [named('pos.eq.ra'), named('pos.eq.dec')];
}

/** The centre of a cone that is a place; null for one that has a name, which must be looked up. */
export function centreOf(state: State): Centre | null {
  const { ra, dec } = coneOf(state.place, state.radius);
  return ra === undefined || dec === undefined ? null : { ra, dec };
}
