/** The rows that are seen, and those after them, as a table that is as wide as paper: made when the page is printed. */
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count, say } from '../words';
import { cellsOf } from './format';
import type { Rows } from './rows';
import { type Column, isNumber, type Row } from './table';

/** Characters of a line on A4, and rows that are worth the paper: more are taken away as a file. */
const WIDE = 120;
const MOST = 200;

interface Paper {
  columns: Column[];
  rows: Row[];
  /** How many rows come before, and how many columns and rows there are. */
  first: number;
  of: { columns: number; rows: number };
}

/** Print a table in the place of an element, which style sheets leave out. */
export function usePaper(
  beside: { current: HTMLElement | null },
  rows: Rows,
  first: number,
  columns: Column[],
  widths: number[],
): void {
  const paper = useRef(() => {});
  paper.current = () => {
    const place = document.createElement('div');
    place.className = 'on-paper';
    beside.current?.after(place);
    render(<Printed {...paperOf(rows, first, columns, widths)} />, place);
    addEventListener('afterprint', () => place.remove(), { once: true });
  };
  useEffect(() => {
    const print = () => paper.current();
    addEventListener('beforeprint', print);
    return () => removeEventListener('beforeprint', print);
  }, []);
}

/** What fits of rows that are known, from one of them on; of columns, whose widths are in characters, one at least. */
export function paperOf(rows: Pick<Rows, 'at' | 'total'>, first: number, columns: Column[], widths: number[]): Paper {
  let left = WIDE;
  const fitting = columns.filter((_, at) => {
    left -= widths[at] ?? 0;
    return at === 0 || left >= 0;
  });
  const known: Row[] = [];
  for (let row = rows.at(first); row && known.length < MOST; row = rows.at(first + known.length)) known.push(row);
  return { columns: fitting, rows: known, first, of: { columns: columns.length, rows: rows.total } };
}

function Printed({ columns, rows, first, of }: Paper) {
  const cells = columns.map(cellsOf);
  return (
    <div class="wide">
      <p>
        {say('Rows {first} to {last} of {all}', {
          first: count(first + 1),
          last: count(first + rows.length),
          all: count(of.rows),
        })}
        {columns.length < of.columns && ` · ${say('{n} of {all} columns', { n: columns.length, all: of.columns })}`}
      </p>
      <table class="rows">
        <thead>
          <tr>
            {columns.map(({ field, name, unit }) => (
              <th key={field} scope="col">
                {name} <span class="unit">{unit}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={String(first + at)}>
              {cells.map((cell, place) => {
                const column = columns[place];
                return (
                  <td key={column?.field} class={column && isNumber(column) ? 'number' : ''}>
                    {cell(row).text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
