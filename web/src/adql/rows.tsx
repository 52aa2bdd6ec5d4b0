/** Rows of a result, of which only those in sight are in the page. */
import { useState } from 'preact/hooks';
import { say } from '../words';
import type { Cell, Column, Table } from './tap';

const HEIGHT = 28;
const IN_SIGHT = 18;
const AROUND = 10;

export function written(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

export const isNumber = ({ datatype }: Column): boolean =>
  /^(short|int|long|float|double|unsignedByte)$/.test(datatype);

export function Rows({ table }: { table: Table }) {
  const [first, setFirst] = useState(0);
  const from = Math.max(0, first - AROUND);
  const to = Math.min(table.rows.length, first + IN_SIGHT + AROUND);
  const numbers = table.columns.map(isNumber);
  return (
    <section
      class="rows"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={say('Rows of the result')}
      style={{ maxHeight: `${(IN_SIGHT + 2) * HEIGHT}px` }}
      onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / HEIGHT))}
    >
      <table aria-rowcount={table.rows.length + 1}>
        <thead>
          <tr>
            {table.columns.map((column, at) => (
              <th
                key={column.name}
                scope="col"
                class={numbers[at] ? 'number' : undefined}
                title={[column.description, column.ucd].filter(Boolean).join(' · ')}
              >
                {column.name}
                <span class="unit">{column.unit ?? ' '}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={from} />
          {table.rows.slice(from, to).map((row, index) => (
            <tr key={from + index} aria-rowindex={from + index + 2}>
              {row.map((cell, at) => (
                <td key={at} class={numbers[at] ? 'number' : undefined}>
                  {written(cell)}
                </td>
              ))}
            </tr>
          ))}
          <Space rows={table.rows.length - to} />
        </tbody>
      </table>
    </section>
  );
}

const Space = ({ rows }: { rows: number }) => (rows > 0 ? <tr style={{ height: `${rows * HEIGHT}px` }} /> : null);
