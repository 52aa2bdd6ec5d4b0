/** What Browse asks the gateway of a table: its rows, and their groups. */
import { ask, type Document, type Problem } from '../ask';
import { type Asked, type Numbered, PAGE, type Page } from './rows';
import { chosen, orderOf, rowsVariables, type State } from './state';
import { type Column, enumName, isNumber, nested, type Row, type Table } from './table';

export interface Told {
  totalCount?: number;
  totalCountIsExact?: boolean;
  pageInfo?: { startCursor: string | null; endCursor: string | null; hasPreviousPage: boolean; hasNextPage: boolean };
  nodes: Row[];
}

export interface Group {
  count: number;
  hasNext: boolean;
  bins: { low: number | null; high: number | null; label: string }[];
  key?: Row;
  min?: Row;
  max?: Row;
}

type Variables = Record<string, unknown>;

/** The gateway has refused, or a database does not answer: what it says. */
export class Refused extends Error {
  constructor(readonly problems: Problem[]) {
    super([...new Set(problems.map(({ message }) => message))].join('. '));
  }
}

export interface Documents {
  rows: string;
  groups: string;
}

export class Source {
  private readonly rows: Document<{ rows: Told | null }, Variables>;
  private readonly groupsOf: Document<{ groups: Group[] | null }, Variables>;

  constructor(
    readonly table: Table,
    ids: Documents,
  ) {
    this.rows = { id: ids.rows, kind: 'query' };
    this.groupsOf = { id: ids.groups, kind: 'query' };
  }

  async told(variables: Variables, signal?: AbortSignal): Promise<Told> {
    const { data, errors } = await ask(this.rows, variables, signal);
    if (!data?.rows) throw new Refused(errors);
    return data.rows;
  }

  async groups(variables: Variables, signal?: AbortSignal): Promise<Group[]> {
    const { data, errors } = await ask(this.groupsOf, variables, signal);
    if (!data?.groups) throw new Refused(errors);
    return data.groups;
  }

  /** The column that a row is known by is always told: it opens the row. */
  get always(): Variables {
    return this.table.key ? { [this.table.key]: true } : {};
  }

  /** A page of a state's rows; `bare` has their cursors alone. */
  async page(state: State, { bare, ...asked }: Asked, signal?: AbortSignal): Promise<Page> {
    const columns = bare ? { ...state, columns: [] } : state;
    const variables = { ...rowsVariables(columns, this.table), ...(!bare && this.always) };
    return pageOf(await this.told({ ...variables, ...asked, page: true }, signal));
  }

  /** How many rows there are, counted. */
  async count(state: State, signal?: AbortSignal): Promise<number> {
    const [all] = await this.groups({ ...chosen(state, this.table) }, signal);
    return all?.count ?? 0;
  }

  /** A whole row, by its key; null where there is none. */
  async row(key: Column, value: string): Promise<Row | null> {
    const all = Object.fromEntries(this.table.columns.map(({ field }) => [field, true]));
    const told = await this.told({
      ...all,
      where: nested(key.path, { eq: isNumber(key) ? Number(value) : value }),
      first: 1,
    });
    return told.nodes[0] ?? null;
  }

  /** The values of a column with how many rows have each, those of most rows first. */
  async values(column: Column, state: State, first: number, signal?: AbortSignal): Promise<Group[]> {
    const { field } = column;
    const grouped = { groupBy: [enumName(field)], key: true, [field]: true, orderBy: 'COUNT', first };
    return this.groups({ ...grouped, ...chosen(state, this.table, field) }, signal);
  }

  /** The smallest and the largest value of a column, as they come. */
  async extent(column: Column, state: State, signal?: AbortSignal): Promise<[unknown, unknown]> {
    const [all] = await this.groups(
      { extent: true, [column.field]: true, ...chosen(state, this.table, column.field) },
      signal,
    );
    return [all?.min?.[column.field] ?? null, all?.max?.[column.field] ?? null];
  }

  /** How many rows have values in each of some bins; those without a value come with null for both bounds. */
  async bins(column: Column, by: object, state: State, signal?: AbortSignal): Promise<Group[]> {
    const binned = { by: [{ column: enumName(column.field), ...by }], first: 1000 };
    return this.groups({ ...binned, ...chosen(state, this.table, column.field) }, signal);
  }

  /** The column that rows are ordered by, if numbers say where in the order a row is; null for another. */
  ordered(state: State): Column | null {
    const field = orderOf(state, this.table).replace(/^-/, '') || this.table.key;
    const column = this.table.columns.find((one) => one.field === field);
    return column && isNumber(column) ? column : null;
  }

  /**
   * A page shortly before a row far off: the value it may have is guessed between those of the ends, and corrected by
   * counting the rows that come before it. null where the order is not one of numbers.
   */
  async seek(state: State, index: number, total: number, signal?: AbortSignal): Promise<Numbered | null> {
    const column = this.ordered(state);
    if (!column) return null;
    const down = orderOf(state, this.table).startsWith('-');
    const [min, max] = (await this.extent(column, state, signal)).map(Number) as [number, number];
    let [low, high] = down ? [-max, -min] : [min, max];
    let [lowRow, highRow] = [0, total];
    for (let step = 0; step < STEPS && high > low; step++) {
      const share = step % 2 ? 0.5 : (index - lowRow) / (highRow - lowRow);
      const guess = low + share * (high - low);
      const value = column.type === 'Float' ? guess : Math.round(guess);
      const row = await this.rank(column, state, down, value, signal);
      if (row <= index && index - row <= NEAR) return this.from(column, state, down, value, row, signal);
      if (row <= index) [low, lowRow] = [value, row];
      else [high, highRow] = [value, row];
    }
    return lowRow > 0 ? this.from(column, state, down, low, lowRow, signal) : null;
  }

  private async rank(
    column: Column,
    state: State,
    down: boolean,
    value: number,
    signal?: AbortSignal,
  ): Promise<number> {
    const before = nested(column.path, down ? { gt: -value } : { lt: value });
    const [all] = await this.groups({ ...chosen(state, this.table), where: this.and(state, before) }, signal);
    return all?.count ?? 0;
  }

  private async from(
    column: Column,
    state: State,
    down: boolean,
    value: number,
    row: number,
    signal?: AbortSignal,
  ): Promise<Numbered> {
    const from = nested(column.path, down ? { le: -value } : { ge: value });
    const variables = {
      ...rowsVariables(state, this.table),
      ...this.always,
      where: this.and(state, from),
      first: PAGE,
      page: true,
    };
    return { ...pageOf(await this.told(variables, signal)), start: row };
  }

  private and(state: State, condition: Row): Row {
    const { where } = chosen(state, this.table);
    return where ? { and: [where, condition] } : condition;
  }
}

/** Guesses of a value at most, and rows before the wanted one that are near enough. */
const STEPS = 24;
const NEAR = 1000;

export function pageOf(told: Told): Page {
  return { nodes: told.nodes, first: told.pageInfo?.startCursor ?? null, last: told.pageInfo?.endCursor ?? null };
}
