/** The rows of a list that is too long to be read whole: those that were looked at, and cursors to read on from. */
import type { Row } from './table';

export interface Page {
  nodes: Row[];
  /** Cursors of its first and of its last row; null where it has none. */
  first: string | null;
  last: string | null;
}

export interface Asked {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
  /** Whether only cursors are wanted, to get past rows that nobody looks at. */
  bare?: boolean;
}

/** A page with the number of its first row. */
export interface Numbered extends Page {
  start: number;
}

/** Rows that are read at a time to be looked at, and to be passed over. */
export const PAGE = 200;
export const STRIDE = 1000;
/** Rows further than this from any cursor are sought, where they can be. */
const FAR = 3000;
/** Pages that are kept. */
const KEPT = 50;

export class Rows {
  private readonly rows = new Map<number, Row>();
  private readonly pages: Numbered[] = [];
  /** Numbers of rows by what comes before them, as `after` takes it; and by what comes after them, as `before` does. */
  private readonly begins = new Map<number, string>([[0, '']]);
  private readonly ends = new Map<number, string>();
  /** The row that was sought last: what seeking does not bring near is walked to. */
  private sought = -1;

  constructor(
    public total: number,
    private readonly read: (asked: Asked) => Promise<Page>,
    private readonly seek: ((index: number) => Promise<Numbered | null>) | null = null,
  ) {
    this.ends.set(total, '');
  }

  at(index: number): Row | undefined {
    return this.rows.get(index);
  }

  /** Take it that there are so many rows, as counting has shown where the number was an estimate. */
  counted(total: number): void {
    if (this.ends.get(this.total) === '') this.ends.delete(this.total);
    this.total = total;
    this.ends.set(total, '');
  }

  /** Where a page may begin that is nearest to a row. */
  near(index: number): { after: string; row: number } {
    const apart = (one: number) => Math.abs(one - index);
    const row = [...this.begins.keys()].reduce((best, one) => (apart(one) < apart(best) ? one : best), 0);
    return { row, after: this.begins.get(row) ?? '' };
  }

  add(page: Numbered): void {
    const { start, nodes, first, last } = page;
    if (first) this.ends.set(start, first);
    if (last) this.begins.set(start + nodes.length, last);
    if (!nodes.length) return;
    for (const [at, row] of nodes.entries()) this.rows.set(start + at, row);
    this.pages.push(page);
    for (const old of this.pages.splice(0, Math.max(this.pages.length - KEPT, 0))) {
      for (const at of old.nodes.keys()) this.rows.delete(old.start + at);
    }
  }

  /** Read a page that brings the first of the rows that are missing between two numbers nearer; false where none is. */
  async fill(from: number, to: number): Promise<boolean> {
    for (let index = Math.max(from, 0); index < Math.min(to, this.total); index++) {
      if (this.rows.has(index)) continue;
      await this.approach(index);
      return true;
    }
    return false;
  }

  private async approach(index: number): Promise<void> {
    const begin = nearest(this.begins, (one) => one <= index, Math.max);
    const end = nearest(this.ends, (one) => one > index, Math.min);
    if (Math.min(index - begin, end - index) > FAR && this.seek && this.sought !== index) {
      this.sought = index;
      const found = await this.seek(index);
      if (found) {
        this.add(found);
        return;
      }
    }
    await (index - begin <= end - index ? this.forwards(begin, index) : this.backwards(end, index));
  }

  private async forwards(begin: number, index: number): Promise<void> {
    const bare = index - begin >= PAGE;
    const count = bare ? Math.min(index - begin, STRIDE) : Math.min(PAGE, this.total - begin);
    const after = this.begins.get(begin);
    const page = await this.read({ first: count, ...(after && { after }), ...(bare && { bare }) });
    if (page.nodes.length < count) this.counted(begin + page.nodes.length);
    if (bare) this.pass(begin, page);
    else this.add({ ...page, start: begin });
  }

  private async backwards(end: number, index: number): Promise<void> {
    const bare = end - index > PAGE;
    const count = bare ? Math.min(end - index - 1, STRIDE) : Math.min(PAGE, end);
    const before = this.ends.get(end);
    const page = await this.read({ last: count, ...(before && { before }), ...(bare && { bare }) });
    if (bare) this.pass(end - page.nodes.length, page);
    else this.add({ ...page, start: end - page.nodes.length });
  }

  private pass(start: number, { nodes, first, last }: Page): void {
    if (first) this.ends.set(start, first);
    if (last) this.begins.set(start + nodes.length, last);
  }
}

function nearest(
  marks: Map<number, string>,
  fits: (mark: number) => boolean,
  best: (...marks: number[]) => number,
): number {
  return best(...[...marks.keys()].filter(fits));
}
