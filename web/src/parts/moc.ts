/** Maps of coverage (MOC 2.0): cells of HEALPix by their orders. */
import { edge } from './healpix';
import type { Place } from './sphere';

export type Moc = ReadonlyMap<number, readonly number[]>;

/** Read ASCII, as `3/10-12 4/60`. */
export function mocOf(text: string): Moc {
  const found = new Map<number, number[]>();
  let order = -1;
  for (const word of text.split(/[\s,]+/)) {
    const [, named, first, last] = /^(?:(\d+)\/)?(?:(\d+)(?:-(\d+))?)?$/.exec(word) ?? [];
    if (named !== undefined) order = Number(named);
    if (first === undefined || order < 0) continue;
    const cells = found.get(order) ?? [];
    for (let cell = Number(first); cell <= Number(last ?? first); cell++) cells.push(cell);
    found.set(order, cells);
  }
  return found;
}

/** The cells of no higher order that have some part of the map in them: what can be seen of it. */
export function coarsened(moc: Moc, most: number): Moc {
  const found = new Map<number, Set<number>>();
  for (const [order, cells] of moc) {
    const to = Math.min(order, most);
    const kept = found.get(to) ?? new Set<number>();
    for (const cell of cells) kept.add(Math.floor(cell / 4 ** (order - to)));
    found.set(to, kept);
  }
  return new Map([...found].map(([order, cells]) => [order, [...cells]]));
}

/** Part of the sky that is covered, from 0 to 1; cells do not overlap in a map. */
export const fraction = (moc: Moc): number =>
  [...moc].reduce((sum, [order, cells]) => sum + cells.length / (12 * 4 ** order), 0);

/** The edges of all cells. */
export function* shapes(moc: Moc): Generator<Place[]> {
  for (const [order, cells] of moc) for (const cell of cells) yield edge(order, cell);
}
