/** Rows of a table that is as long as it is: those that are seen have elements, which others take over as it is scrolled. */
import type { CSSProperties, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Cell, cellOf, widthOf } from './format';
import type { Rows } from './rows';
import { Scale } from './scale';
import { type Column, isNumber, type Row } from './table';

export const HEIGHT = 28;
/** Rows beyond those that are seen that have elements, and that are read. */
const SPARE = 8;
const AHEAD = 60;
const SEEN = 30;

interface GridProps {
  rows: Rows;
  columns: Column[];
  order: string;
  label: string;
  busy: boolean;
  /** The row that is gone to: nothing moves where it is seen already. */
  target: { row: number };
  sort: (field: string) => void;
  open: (row: Row, index: number) => void;
  /** Called when rows were read, and when other ones are seen: the numbers of those. */
  seen: (first: number, last: number) => void;
  failed: (error: Error) => void;
}

export function Grid({ rows, columns, order, label, busy, target, sort, open, seen, failed }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const scale = useRef(new Scale(0, 0));
  const [pixels, setPixels] = useState(target.row * HEIGHT);
  const [view, setView] = useState(SEEN * HEIGHT);
  const [active, setActive] = useState(target.row);
  const [times, setTimes] = useState(0);
  const room = Math.max(view - HEIGHT, HEIGHT);
  scale.current.resize(rows.total * HEIGHT, room);

  const first = Math.max(0, Math.floor(pixels / HEIGHT));
  const last = Math.min(rows.total, Math.ceil((pixels + room) / HEIGHT));
  const wanted = useRef({ first, last, rows });
  wanted.current = { first, last, rows };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    setView(element.clientHeight);
    const watch = new ResizeObserver(() => setView(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const show = (index: number) => {
    const top = scale.current.topOf(index * HEIGHT);
    if (scroller.current) scroller.current.scrollTop = top;
    setPixels(Math.min(index * HEIGHT, Math.max(0, rows.total * HEIGHT - room)));
  };
  const placed = useRef<Rows | null>(null);
  useLayoutEffect(() => {
    const inSight = placed.current === rows && target.row > first && target.row < last - 1;
    if (!inSight) show(target.row);
    placed.current = rows;
    setActive(Math.min(target.row, Math.max(0, rows.total - 1)));
  }, [rows, target]);

  useEffect(() => seen(first, last), [first, last, rows, rows.total, times]);

  const reading = useRef(false);
  useEffect(() => {
    if (reading.current) return;
    reading.current = true;
    read(wanted, () => setTimes((done) => done + 1))
      .catch(failed)
      .finally(() => {
        reading.current = false;
      });
  }, [first, last, rows]);

  const widths = useRef({ rows, columns, text: '' });
  if (widths.current.rows !== rows || widths.current.columns !== columns || !widths.current.text) {
    const sample = Array.from({ length: SEEN }, (_, at) => rows.at(first + at)).filter((row) => row !== undefined);
    const text = columns.map((column) => `${widthOf(column, sample)}ch`).join(' ');
    widths.current = { rows, columns, text: sample.length ? text : '' };
    if (!sample.length) widths.current.text = text;
  }
  const template = { gridTemplateColumns: widths.current.text };

  const go = (index: number) => {
    const to = Math.max(0, Math.min(index, rows.total - 1));
    setActive(to);
    if (to < first + 1) show(to);
    else if (to >= last - 1) show(to + 1 - Math.floor(room / HEIGHT));
  };
  const page = Math.max(1, Math.floor(room / HEIGHT) - 1);
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: rows.total - 1,
  };
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.altKey || event.metaKey) return;
    const step = steps[event.key];
    const row = rows.at(active);
    if (step !== undefined) go(step);
    else if (event.key === 'Enter' && row) open(row, active);
    else return;
    event.preventDefault();
  };

  const from = Math.max(0, first - SPARE);
  const to = Math.min(rows.total, last + SPARE);
  const pool = Math.ceil(room / HEIGHT) + 2 * SPARE + 2;
  return (
    <div
      class="grid"
      role="grid"
      tabIndex={0}
      ref={scroller}
      aria-label={label}
      aria-busy={busy}
      aria-rowcount={rows.total + 1}
      aria-activedescendant={active >= from && active < to ? `row-${active % pool}` : undefined}
      onScroll={(event) => setPixels(scale.current.scrolled(event.currentTarget.scrollTop))}
      onKeyDown={press}
    >
      <div class="grid-head" role="row" aria-rowindex={1} style={template}>
        {columns.map((column) => (
          <Heading key={column.field} column={column} order={order} sort={sort} />
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${scale.current.height}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at).map((index) => (
          <Line
            key={index % pool}
            id={`row-${index % pool}`}
            index={index}
            row={rows.at(index)}
            columns={columns}
            active={index === active}
            style={{ ...template, transform: `translateY(${scale.current.shown(index * HEIGHT)}px)` }}
            open={(row) => {
              setActive(index);
              open(row, index);
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Read what is seen, and a little more, until all of it is there; whatever is seen by then. */
async function read(wanted: { current: { first: number; last: number; rows: Rows } }, done: () => void): Promise<void> {
  let more = true;
  while (more) {
    const { first, last, rows } = wanted.current;
    more = (await rows.fill(first, last)) || (await rows.fill(first - AHEAD, last + AHEAD));
    if (more) done();
    more ||= wanted.current.rows !== rows;
  }
}

interface HeadingProps {
  column: Column;
  order: string;
  sort: (field: string) => void;
}

function Heading({ column, order, sort }: HeadingProps) {
  const { field, name, unit, description, ucd } = column;
  const sorted = order === field ? 'ascending' : order === `-${field}` ? 'descending' : 'none';
  const sortable = column.type !== 'JSON';
  return (
    <div
      role="columnheader"
      class={isNumber(column) ? 'number' : ''}
      aria-sort={sorted}
      title={[description, ucd].filter(Boolean).join('\n')}
    >
      {sortable ? (
        <button type="button" onClick={() => sort(sorted === 'ascending' ? `-${field}` : field)}>
          {name}
          {sorted === 'ascending' ? ' ▲' : sorted === 'descending' ? ' ▼' : ''}
        </button>
      ) : (
        <span>{name}</span>
      )}
      <span class="unit">{unit}</span>
    </div>
  );
}

interface LineProps {
  id: string;
  index: number;
  row: Row | undefined;
  columns: Column[];
  active: boolean;
  style: CSSProperties;
  open: (row: Row) => void;
}

function Line({ id, index, row, columns, active, style, open }: LineProps) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      class={`line-of-grid${active ? ' active' : ''}${row ? '' : ' waiting'}`}
      style={style}
      onClick={(event) => row && !(event.target as Element).closest('a') && open(row)}
    >
      {columns.map((column) => (
        <GridCell key={column.field} cell={row ? cellOf(row, column) : null} number={isNumber(column)} />
      ))}
    </div>
  );
}

const GridCell = ({ cell, number }: { cell: Cell | null; number: boolean }) => (
  <div role="gridcell" class={number ? 'number' : ''} title={cell?.hint || undefined}>
    {cell?.link ? (
      <a href={cell.link} tabIndex={-1}>
        {cell.text}
      </a>
    ) : (
      (cell?.text ?? '')
    )}
  </div>
);
