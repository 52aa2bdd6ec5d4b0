/** Rows of a table that was sent: one that is chosen here is highlighted in the tools, and the other way. */
import { highlight, onHighlight } from '../samp';
import { say } from '../words';

/** Tell the tools of each row that is chosen, by click or by Enter: to be called once a tool has the table of an address. */
export function offer(table: HTMLElement, address: string): void {
  if (table.dataset.sent) return;
  table.dataset.sent = 'yes';
  for (const row of rows(table)) row.tabIndex = 0;
  const chosen = (event: Event) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-row]');
    if (!row || (event instanceof KeyboardEvent && event.key !== 'Enter')) return;
    mark(table, row);
    highlight(address, Number(row.dataset.row));
  };
  table.addEventListener('click', chosen);
  table.addEventListener('keydown', chosen);
}

/** Show the row that a tool highlights in the table of an address, and say so in `told`. */
export function show(table: HTMLElement, address: string, told: (text: string) => void): void {
  onHighlight((at, number) => {
    if (at !== address) return;
    const row = rows(table).find((one) => one.dataset.row === String(number));
    told(
      row
        ? say('Highlighted: {row}', { row: row.dataset.called ?? '' })
        : say('Row {number} is highlighted: it is not shown here', { number: number + 1 }),
    );
    if (!row) return;
    mark(table, row);
    row.scrollIntoView({ block: 'nearest' });
  });
}

const rows = (table: HTMLElement) => [...table.querySelectorAll<HTMLElement>('[data-row]')];

function mark(table: HTMLElement, marked: HTMLElement): void {
  for (const row of rows(table)) row.removeAttribute('aria-current');
  marked.setAttribute('aria-current', 'true');
}
