/** Rows of a table that is as long as it is: those that are seen have elements, which others take over as it is scrolled. */
import type { TargetedKeyboardEvent, TargetedMouseEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { widthOf } from './format';
import { Lines } from './lines';
import { usePaper } from './paper';
import type { Rows } from './rows';
import { Scale } from './scale';
import { type Column, isNumber, type Row } from './table';

export const HEIGHT = 28;
/** Rows beyond those that are seen that have elements, and that are read; where less stays in sight than goes, one would be too many. */
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

  const widths = useRef<{ rows: Rows; columns: Column[]; each: number[] } | null>(null);
  if (widths.current?.rows !== rows || widths.current.columns !== columns) {
    const sample = Array.from({ length: SEEN }, (_, at) => rows.at(first + at)).filter((row) => row !== undefined);
    widths.current = { rows, columns, each: columns.map((column) => widthOf(column, sample)) };
  }
  const { each } = widths.current;
  const template = {
    '--columns': each.map((width) => `${width}ch`).join(' '),
    '--width': `${each.reduce((sum, width) => sum + width, 0)}ch`,
  };

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

  const before = useRef(first);
  const spare = Math.abs(first - before.current) < last - first ? SPARE : 0;
  const from = Math.max(0, first - spare);
  const to = Math.min(rows.total, last + spare);
  const pool = Math.ceil(room / HEIGHT) + 2 * SPARE + 2;
  const body = useRef<HTMLDivElement>(null);
  const lines = useRef<{ columns: Column[]; shown: Lines } | null>(null);
  useLayoutEffect(() => {
    before.current = first;
    if (!body.current) return;
    if (lines.current?.columns !== columns) lines.current = { columns, shown: new Lines(body.current, columns) };
    const placed = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at).map((index) => ({
      index,
      row: rows.at(index),
      top: scale.current.shown(index * HEIGHT),
      active: index === active,
    }));
    lines.current.shown.show(placed, pool);
  });
  const click = (event: TargetedMouseEvent<HTMLDivElement>) => {
    const element = event.target as Element;
    const index = Number(element.closest('.line-of-grid')?.getAttribute('aria-rowindex')) - 2;
    const row = rows.at(index);
    if (!row || element.closest('a')) return;
    setActive(index);
    open(row, index);
  };
  usePaper(scroller, rows, first, columns, each);
  return (
    <div
      class="grid"
      role="grid"
      tabIndex={0}
      ref={scroller}
      aria-label={label}
      aria-busy={busy}
      aria-rowcount={rows.total + 1}
      style={template}
      aria-activedescendant={active >= from && active < to ? `row-${active % pool}` : undefined}
      onScroll={(event) => setPixels(scale.current.scrolled(event.currentTarget.scrollTop))}
      onKeyDown={press}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <Heading key={column.field} column={column} order={order} sort={sort} />
        ))}
      </div>
      <div
        class="grid-body"
        role="rowgroup"
        ref={body}
        style={{ height: `${scale.current.height}px` }}
        onClick={click}
      />
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
