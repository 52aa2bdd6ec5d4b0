/** Histograms whose bins are what a range is chosen by: all bins from the first to the last, the empty ones too. */
import { short } from './format';
import type { Group } from './source';
import { type Column, dayOf, isTime } from './table';

export interface Histogram {
  /** Rows in each bin. */
  counts: number[];
  /** Where bins begin and end, as conditions write it: one more than there are bins. Of times, the names of the periods. */
  stops: string[];
  /** Whether a period is all of what its name says, so that a range ends with the last one it has. */
  periods: boolean;
  /** Rows without a value. */
  without: number;
}

const BINS = 30;
/** Years up to which months are told apart. */
const YEARS = 4;

/** How the values of a column are put into bins; of times first by years, which say whether months are few enough. */
export const binsBy = (column: Column, years: number | null = null): object =>
  isTime(column) ? { unit: years !== null && years <= YEARS ? 'MONTH' : 'YEAR' } : { n: BINS };

export const isCoarse = (column: Column, histogram: Histogram): boolean =>
  isTime(column) && histogram.counts.length > 0 && histogram.counts.length <= YEARS && histogram.stops[0]?.length === 4;

export function histogramOf(column: Column, groups: Group[]): Histogram {
  const known = groups.flatMap(({ count, bins: [bin] }) =>
    bin && bin.low !== null && bin.high !== null ? [{ count, low: bin.low, high: bin.high, label: bin.label }] : [],
  );
  const without = groups.reduce((sum, { count }) => sum + count, 0) - known.reduce((sum, { count }) => sum + count, 0);
  known.sort((one, other) => one.low - other.low);
  return { without, ...(isTime(column) ? ofPeriods(known) : ofNumbers(known)) };
}

interface Bin {
  count: number;
  low: number;
  high: number;
  label: string;
}

function ofNumbers(bins: Bin[]): Omit<Histogram, 'without'> {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return { counts: [], stops: [], periods: false };
  const width = first.high - first.low;
  const number = width > 0 ? Math.max(1, Math.round((last.high - first.low) / width)) : 1;
  const counts = Array<number>(number).fill(0);
  for (const { low, count } of bins) {
    const at = width > 0 ? Math.min(number - 1, Math.round((low - first.low) / width)) : 0;
    counts[at] = (counts[at] ?? 0) + count;
  }
  const stops = Array.from({ length: number + 1 }, (_, at) =>
    short(at === number ? last.high : first.low + at * width),
  );
  return { counts, stops, periods: false };
}

function ofPeriods(bins: Bin[]): Omit<Histogram, 'without'> {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return { counts: [], stops: [], periods: true };
  const names: string[] = [];
  for (let name = first.label; name <= last.label && names.length < 1000; name = following(name)) names.push(name);
  const counts = names.map((name) => bins.find(({ label }) => label === name)?.count ?? 0);
  return { counts, stops: [...names, dayOf(last.high).slice(0, first.label.length)], periods: true };
}

/** The year after `2023`, or the month after `2023-12`. */
export function following(name: string): string {
  const [year, month] = name.split('-').map(Number);
  if (month === undefined) return String((year ?? 0) + 1).padStart(4, '0');
  return new Date(Date.UTC(year ?? 0, month, 1)).toISOString().slice(0, 7);
}

/** The condition for the bins between two stops; '' for all of them. */
export function rangeOf({ stops, counts, periods }: Histogram, from: number, to: number): string {
  const low = from > 0 ? stops[from] : '';
  const high = to < counts.length ? stops[periods ? to - 1 : to] : '';
  return low || high ? `${low}..${high}` : '';
}

/** Between which stops a range lies: the nearest ones, those of the ends where it has none. */
export function stopsOf({ stops, counts, periods }: Histogram, [low, high]: [string, string]): [number, number] {
  const nearest = (text: string): number => {
    if (periods)
      return Math.max(
        0,
        stops.findLastIndex((stop) => stop <= text),
      );
    const apart = stops.map((stop) => Math.abs(Number(stop) - Number(text)));
    return apart.indexOf(Math.min(...apart));
  };
  const from = low ? nearest(low) : 0;
  const to = high ? nearest(high) + (periods ? 1 : 0) : counts.length;
  return [Math.min(from, counts.length), Math.max(from, Math.min(to, counts.length))];
}
