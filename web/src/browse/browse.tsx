/** The rows of a table: chosen by facets, in any order, as far as they go. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { follow } from '../address';
import { say } from '../words';
import { Away, awayAddress } from './away';
import { Bar, type Tell } from './bar';
import { Columns } from './columns';
import { Details } from './details';
import { Grid } from './grid';
import { useHighlights } from './highlights';
import { Panel } from './panel';
import { FIRST, pageAt, type Shown, shownOf } from './shown';
import { type Documents, Source, type Told } from './source';
import {
  addressOf,
  fieldsOf,
  orderOf,
  type Position,
  readPosition,
  readState,
  rowsVariables,
  type State,
} from './state';
import { type Column, type Row, type Table, valueAt } from './table';

export interface Given {
  table: Table;
  documents: Documents;
  columns: string[];
  rows: Told | null;
}

/** Milliseconds after which is said which rows are seen: more often nobody reads it. */
const TOLD = 80;
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
  const tell = useRef<Tell['current']>(() => undefined);
  const [choosing, setChoosing] = useState(false);
  const [opened, setOpened] = useState(() => new URLSearchParams(location.search).get('open') ?? '');
  const asking = useRef(new AbortController());
  const settled = useRef(0);
  const telling = useRef(0);
  const range = useRef<[number, number]>([0, 0]);

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
    range.current = [first, last];
    telling.current ||= window.setTimeout(() => {
      telling.current = 0;
      tell.current(range.current);
    }, TOLD);
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
  const go = (row: number) => shown && setShown({ ...shown, target: { row } });
  const highlights = useHighlights(
    awayAddress(table, shown?.state ?? state, fields, 'votable'),
    shown?.rows.total ?? 0,
    go,
  );
  return (
    <div class="browse">
      <Panel table={table} source={source} state={state} change={change} />
      <div class="result">
        <Bar
          table={table}
          state={state}
          shown={shown}
          tell={tell}
          change={change}
          go={go}
          choose={() => setChoosing(true)}
        />
        <p class="highlighted" role="status">
          {highlights.told}
        </p>
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
            order={orderOf(shown.state, table)}
            label={table.name}
            busy={busy}
            target={shown.target}
            sort={(order) => change({ order })}
            open={(row: Row, index) => {
              highlights.choose(index);
              if (key) open(String(valueAt(row, key.path)));
            }}
            seen={seen}
            failed={(error) => setFailure(error.message)}
          />
        )}
        <Away table={table} state={state} fields={fields} sent={highlights.sent} />
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

const path = (parameters: URLSearchParams): string => {
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%7C', '|');
  return location.pathname + (text && `?${text}`);
};
