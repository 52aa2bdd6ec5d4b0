/**
 * The elements of rows, each of which takes over another row as the list is scrolled. They are written by hand: of a list that
 * is scrolled fast every cell changes with every frame, and comparing cells costs more than writing them.
 */
import { type Cell, cellsOf } from './format';
import { type Column, isNumber, type Row } from './table';

export interface Placed {
  index: number;
  row: Row | undefined;
  /** Pixels from the top of the element that has the rows. */
  top: number;
  active: boolean;
}

interface Line {
  element: HTMLElement;
  cells: HTMLElement[];
  shown: Placed | null;
}

export class Lines {
  private readonly lines = new Map<number, Line>();
  private readonly cells: ((row: Row) => Cell)[];

  constructor(
    private readonly body: HTMLElement,
    private readonly columns: readonly Column[],
  ) {
    this.cells = columns.map(cellsOf);
    body.replaceChildren();
  }

  /** Show some rows, and no others; row `index` is in the element `index % size`, which is called by that number. */
  show(rows: readonly Placed[], size: number): void {
    const wanted = new Set(rows.map(({ index }) => index % size));
    for (const [slot, line] of this.lines) {
      if (wanted.has(slot)) continue;
      line.element.remove();
      this.lines.delete(slot);
    }
    for (const placed of rows) this.place(this.line(placed.index % size), placed);
  }

  private line(slot: number): Line {
    const known = this.lines.get(slot);
    if (known) return known;
    const element = document.createElement('div');
    element.id = `row-${slot}`;
    element.setAttribute('role', 'row');
    const cells = this.columns.map((column) => {
      const cell = document.createElement('div');
      cell.setAttribute('role', 'gridcell');
      if (isNumber(column)) cell.className = 'number';
      return cell;
    });
    element.append(...cells);
    this.body.append(element);
    const line = { element, cells, shown: null };
    this.lines.set(slot, line);
    return line;
  }

  private place(line: Line, placed: Placed): void {
    const { element, shown } = line;
    const { index, row, top, active } = placed;
    if (shown?.top !== top) element.style.transform = `translateY(${top}px)`;
    if (shown?.index !== index) element.setAttribute('aria-rowindex', String(index + 2));
    if (shown?.active !== active || !shown.row !== !row) {
      element.className = `line-of-grid${active ? ' active' : ''}${row ? '' : ' waiting'}`;
    }
    if (!shown || shown.row !== row) {
      for (const [at, cell] of line.cells.entries()) write(cell, (row && this.cells[at]?.(row)) || EMPTY);
    }
    line.shown = placed;
  }
}

const EMPTY: Cell = { text: '', link: '', hint: '' };

function write(cell: HTMLElement, { text, link, hint }: Cell): void {
  const first = cell.firstChild;
  if (link) {
    const leading = document.createElement('a');
    leading.href = link;
    leading.tabIndex = -1;
    leading.textContent = text;
    cell.replaceChildren(leading);
  } else if (first instanceof Text) {
    if (first.data !== text) first.data = text;
  } else if (first || text) cell.textContent = text;
  if (hint) cell.title = hint;
  else if (cell.title) cell.removeAttribute('title');
}
