/** The rows of a table: chosen by facets, in any order, as far as they go. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { follow } from '../address';
import { count, say } from '../words';
import { Away } from './away';
import { Columns } from './columns';
import { Details } from './details';
import { Facet } from './facet';
import { Grid } from './grid';
import { Jumps } from './jumps';
import { Rows } from './rows';
import { Sky } from './sky';
import { type Documents, pageOf, Source, type Told } from './source';
import { addressOf, fieldsOf, type Position, readPosition, readState, rowsVariables, type State } from './state';
import { type Column, kindOf, type Row, type Table, valueAt } from './table';

export interface Given {
  table: Table;
  documents: Documents;
  columns: string[];
  rows: Told | null;
}

/** What is shown: rows, of which state they are, and where they begin. */
interface Shown {
  state: State;
  rows: Rows;
  /** The row that is at the top at first; another object for each time it is gone to. */
  target: { row: number };
  exact: boolean;
}

const FIRST_PAGE = 100;
/** Facets that are open from the start, in windows wider than so many pixels. */
const OPEN = 3;
const NARROW = 800;

const SEPARATION: Column = {
  name: 'separation',
  field: 'separation',
  path: 'separation',
  type: 'Float',
  unit: 'arcsec',
  ucd: 'pos.angDistance',
  description: 'Distance from the centre of the cone',
  principal: true,
  nullable: true,
  codes: [],
};

export function Browse({ table, documents, columns: usual, rows: told }: Given) {
  const source = useMemo(() => new Source(table, documents), [table]);
  const fields = useMemo(() => fieldsOf(table, usual), [table]);
  const [state, setState] = useState(() => readState(new URLSearchParams(location.search), fields));
  const [shown, setShown] = useState<Shown | null>(
    () => told && shownOf(source, state, told, readPosition(new URLSearchParams(location.search))),
  );
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const [range, setRange] = useState<[number, number]>([0, 0]);
  const [choosing, setChoosing] = useState(false);
  const [opened, setOpened] = useState(() => new URLSearchParams(location.search).get('open') ?? '');
  const [extra, setExtra] = useState<string[]>([]);
  const asking = useRef(new AbortController());
  const settled = useRef(0);

  const load = async (next: State, position: Position) => {
    asking.current.abort();
    clearTimeout(settled.current);
    asking.current = new AbortController();
    const { signal } = asking.current;
    setBusy(true);
    setFailure('');
    try {
      const variables = {
        ...rowsVariables(next, table),
        ...source.always,
        ...pageAt(position),
        page: true,
        total: true,
      };
      setShown(shownOf(source, next, await source.told(variables, signal), position));
    } catch (error) {
      if (signal.aborted) return;
      setFailure((error as Error).message);
    }
    setBusy(false);
  };

  const change = (part: Partial<State>) => {
    const next = { ...state, ...part };
    setState(next);
    history.pushState(null, '', path(addressOf(next, fields)));
    load(next, FIRST);
  };
  const condition = (field: string, text: string) => {
    const { [field]: _, ...others } = state.conditions;
    change({ conditions: text ? { ...others, [field]: text } : others });
  };
  const open = (value: string) => {
    const to = new URLSearchParams(location.search);
    if (value) to.set('open', value);
    else to.delete('open');
    history.pushState(null, '', path(to));
    setOpened(value);
  };

  useEffect(
    () =>
      follow(() => {
        const address = new URLSearchParams(location.search);
        const next = readState(address, fields);
        setOpened(address.get('open') ?? '');
        setState(next);
        load(next, readPosition(address));
      }),
    [],
  );
  useEffect(() => {
    if (shown && !shown.exact) {
      source.count(shown.state).then(
        (total) => {
          shown.rows.counted(total);
          setShown((now) => now && (now.rows === shown.rows ? { ...now, exact: true } : now));
        },
        () => undefined,
      );
    }
  }, [shown?.rows]);

  const seen = (first: number, last: number) => {
    setRange([first, last]);
    clearTimeout(settled.current);
    settled.current = window.setTimeout(() => keep(first), 300);
  };
  const keep = (first: number) => {
    if (!shown || shown.state !== state) return;
    const to = addressOf(state, fields);
    const { after, row } = shown.rows.near(first);
    if (first > 0 && after) {
      to.set('after', after);
      to.set('row', String(row));
    }
    const open = new URLSearchParams(location.search).get('open');
    if (open) to.set('open', open);
    if (path(to) !== location.pathname + location.search) history.replaceState(history.state, '', path(to));
  };

  const byField = (field: string) => table.columns.find((column) => column.field === field);
  const columns = useMemo(() => {
    const chosen = table.columns.filter(({ field }) => shown?.state.columns.includes(field));
    return shown?.state.place && table.positioned ? [SEPARATION, ...chosen] : chosen;
  }, [shown?.state]);
  const key = table.key ? byField(table.key) : undefined;
  const facets = facetsOf(table, state, extra);
  const hidden = table.columns.filter(({ field }) => !facets.some((column) => column.field === field));
  return (
    <div class="browse">
      <section class="panel" aria-label={say('Conditions')}>
        {table.positioned && <Sky table={table} state={state} change={change} />}
        {facets.map((column, at) => (
          <Facet
            key={column.field}
            column={column}
            source={source}
            state={state}
            opened={
              (at < OPEN && innerWidth > NARROW) || column.field in state.conditions || extra.includes(column.field)
            }
            change={(text) => condition(column.field, text)}
          />
        ))}
        {hidden.length > 0 && (
          <p class="field">
            <select
              aria-label={say('Condition on another column')}
              value=""
              onChange={(event) => setExtra([...extra, event.currentTarget.value])}
            >
              <option value="">{say('Condition on another column')}</option>
              {hidden.map(({ field, name }) => (
                <option key={field} value={field}>
                  {name}
                </option>
              ))}
            </select>
          </p>
        )}
      </section>
      <div class="result">
        <div class="bar">
          <p role="status">{shown ? said(shown, range) : ''}</p>
          {shown && <Jumps total={shown.rows.total} go={(row) => setShown({ ...shown, target: { row } })} />}
          <button type="button" class="quiet" onClick={() => setChoosing(true)}>
            {say('Columns')} ({state.columns.length}/{table.columns.length})
          </button>
          {Object.keys(state.conditions).length + state.place.length + state.box.length + state.polygon.length > 0 && (
            <button
              type="button"
              class="quiet"
              onClick={() => change({ conditions: {}, place: '', box: [], polygon: [] })}
            >
              {say('All rows')}
            </button>
          )}
        </div>
        {failure && (
          <p class="missing" role="alert">
            {failure}{' '}
            <button
              type="button"
              class="quiet"
              onClick={() => load(state, readPosition(new URLSearchParams(location.search)))}
            >
              {say('Try again')}
            </button>
          </p>
        )}
        {shown && (
          <Grid
            rows={shown.rows}
            columns={columns}
            order={shown.state.order}
            label={table.name}
            busy={busy}
            target={shown.target}
            sort={(order) => change({ order })}
            open={(row: Row) => key && open(String(valueAt(row, key.path)))}
            seen={seen}
            failed={(error) => setFailure(error.message)}
          />
        )}
        <Away table={table} state={state} fields={fields} />
      </div>
      {choosing && (
        <Columns
          table={table}
          shown={state.columns}
          usual={usual}
          choose={(chosen) => change({ columns: chosen })}
          close={() => setChoosing(false)}
        />
      )}
      {opened && key && <Details key={opened} source={source} column={key} value={opened} close={() => open('')} />}
    </div>
  );
}

const FIRST: Position = { after: '', before: '', end: false, row: 0 };

const path = (parameters: URLSearchParams): string => {
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%7C', '|');
  return location.pathname + (text && `?${text}`);
};

function pageAt({ after, before, end }: Position): object {
  if (before || end) return { last: FIRST_PAGE, ...(before && { before }) };
  return { first: FIRST_PAGE, ...(after && { after }) };
}

function shownOf(source: Source, state: State, told: Told, position: Position): Shown {
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

/** The columns that have facets: those with conditions, those that are shown, and those that were asked for. */
function facetsOf(table: Table, state: State, extra: string[]): Column[] {
  const conditioned = table.columns.filter(({ field }) => field in state.conditions);
  const rest = table.columns.filter(
    (column) =>
      !(column.field in state.conditions) &&
      (extra.includes(column.field) || (state.columns.includes(column.field) && kindOf(column) !== 'presence')),
  );
  const weight = (column: Column) =>
    isFewValued(column) ? -1 : ['values', 'range', 'text', 'presence'].indexOf(kindOf(column));
  return [...conditioned, ...rest.sort((one, other) => weight(one) - weight(other))];
}

/** Whether a column is likely to have few values: a code, or an instrument. */
const isFewValued = (column: Column): boolean =>
  kindOf(column) === 'values' && /meta\.code|instr/.test(column.ucd ?? '');

function said({ rows, exact }: Shown, [first, last]: [number, number]): string {
  if (!rows.total) return say('No rows');
  const all = `${exact ? '' : '~'}${count(rows.total)}`;
  return say('Rows {first} to {last} of {all}', { first: count(first + 1), last: count(Math.max(last, 1)), all });
}
