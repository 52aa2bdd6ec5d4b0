import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { following, histogramOf, rangeOf, stopsOf } from '../src/browse/bins';
import { whereOf } from '../src/browse/conditions';
import { isSameRows } from '../src/browse/highlights';
import { coneOf } from '../src/browse/place';
import { type Asked, PAGE, Rows } from '../src/browse/rows';
import { adqlOf, graphqlOf } from '../src/browse/same';
import { LONGEST, Scale } from '../src/browse/scale';
import { addressOf, fieldsOf, readState, rowsVariables } from '../src/browse/state';
import { type Column, enumName, type Table } from '../src/browse/table';

const cases = JSON.parse(readFileSync(`${import.meta.dirname}/../../tests/web/browse_cases.json`, 'utf8'));

test.each(cases.conditions as [string, string, object][])('%s=%s is what Python reads', (name, text, where) => {
  expect(whereOf(cases.columns[name], text)).toEqual(where);
});

test.each(cases.unreadable as [string, string][])('%s=%s cannot be read', (name, text) => {
  expect(() => whereOf(cases.columns[name], text)).toThrow();
});

test.each(cases.cones as [string, object][])('the place %s is what Python reads', (text, cone) => {
  expect(coneOf(text, 0.5)).toEqual(cone);
});

const columns: Column[] = Object.values(cases.columns);
const table = {
  name: 'jsdc.star',
  plural: 'stars',
  source: 'jsdc',
  type: 'Star',
  positioned: true,
  key: 'n',
  columns,
} as Table;
const fields = fieldsOf(table, ['name']);

test('a state is what its address says', () => {
  const address = new URLSearchParams('vmag=3..5&place=HD 1&radius=2&columns=vmag,name&order=-vmag&lang=fr');
  const state = readState(address, fields);
  expect(addressOf(state, fields).get('columns')).toBe('name,vmag');
  expect(readState(addressOf(state, fields), fields)).toEqual(state);
  expect(rowsVariables(state, table)).toEqual({
    name: true,
    vmag: true,
    separation: true,
    where: { vmag: { value: { ge: 3, le: 5 } } },
    cone: { name: 'HD 1', radius: 2 },
    orderBy: [{ vmag: 'DESC_NULLS_LAST' }],
  });
});

test('the same rows are asked in other ways', () => {
  const state = readState(new URLSearchParams("vmag=3..5&conf=HIGH|null&name=O'x&order=vmag"), fields);
  expect(adqlOf(state, table, null)).toBe(
    "SELECT Name\nFROM jsdc.star\nWHERE Name = 'O''x'\n  AND (Vmag >= 3 AND Vmag <= 5)\n  AND (q_Vmag = 3 OR q_Vmag IS NULL)\nORDER BY Vmag",
  );
  expect(graphqlOf(state, table)).toContain('{vmag: {confidence: {eq: HIGH}}}');
});

test('words of the schema', () => {
  expect([enumName('expTau0'), enumName('lddChi2'), enumName('eVmag')]).toEqual(['EXP_TAU0', 'LDD_CHI2', 'E_VMAG']);
});

/** Rows 0 to `total`, whose cursors are their numbers. */
function listed(total: number, log: Asked[] = []) {
  const read = async (asked: Asked) => {
    log.push(asked);
    const end = asked.before ? Number(asked.before) : total;
    const start = asked.last ? Math.max(0, end - asked.last) : asked.after ? Number(asked.after) + 1 : 0;
    const stop = asked.last ? end : Math.min(total, start + (asked.first ?? 0));
    const nodes = Array.from({ length: stop - start }, (_, at) => ({ number: start + at }));
    return { nodes, first: nodes.length ? String(start) : null, last: nodes.length ? String(stop - 1) : null };
  };
  return read;
}

async function filled(rows: Rows, from: number, to: number) {
  while (await rows.fill(from, to));
  return Array.from({ length: to - from }, (_, at) => rows.at(from + at)?.number);
}
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

test('rows are read once, forwards from the start and backwards from the end', async () => {
  const log: Asked[] = [];
  const rows = new Rows(1000, listed(1000, log));
  expect(await filled(rows, 0, 450)).toEqual(numbers(0, 450));
  expect(await filled(rows, 900, 1000)).toEqual(numbers(900, 1000));
  expect(await filled(rows, 450, 900)).toEqual(numbers(450, 900));
  expect(log.length).toBe(1000 / PAGE);
  expect(log.some(({ last }) => last)).toBe(true);
});

test('rows far off are walked to by cursors alone, from the nearer end', async () => {
  const log: Asked[] = [];
  const rows = new Rows(20_000, listed(20_000, log));
  expect(await filled(rows, 17_500, 17_600)).toEqual(numbers(17_500, 17_600));
  expect(log.filter(({ bare }) => bare).every(({ last }) => last)).toBe(true);
  expect(log.length).toBeLessThan(6);
});

test('rows far off are sought, where they can be', async () => {
  const log: Asked[] = [];
  const seek = async (index: number) => ({
    start: index - 7,
    ...(await listed(90_000)({ first: 50, after: String(index - 8) })),
  });
  const rows = new Rows(90_000, listed(90_000, log), seek);
  expect(await filled(rows, 40_000, 40_030)).toEqual(numbers(40_000, 40_030));
  expect(log.length).toBeLessThan(2);
  expect(rows.near(40_020)).toEqual({ row: 40_043, after: '40042' });
});

test('fewer rows than were estimated end the list', async () => {
  const rows = new Rows(500, listed(321));
  while (await rows.fill(0, rows.total));
  expect(rows.total).toBe(321);
  expect(rows.at(320)?.number).toBe(320);
});

test('pages that were left long ago are read again', async () => {
  const rows = new Rows(30_000, listed(30_000));
  for (let from = 0; from < 20_000; from += PAGE) await filled(rows, from, from + PAGE);
  expect(rows.at(5)).toBeUndefined();
  expect(await filled(rows, 0, 30)).toEqual(numbers(0, 30));
});

test('a list that is longer than a browser allows is scrolled by steps and by leaps', () => {
  const scale = new Scale(70_000_000, 800);
  expect(scale.height).toBe(LONGEST);
  expect(scale.scrolled(100)).toBe(100);
  const middle = scale.scrolled(LONGEST / 2);
  expect(middle / 70_000_000).toBeCloseTo(0.5, 3);
  expect(scale.scrolled(LONGEST / 2 + 28)).toBe(middle + 28);
  expect(scale.scrolled(LONGEST - 800)).toBe(70_000_000 - 800);
  expect(scale.shown(70_000_000 - 28)).toBe(LONGEST - 28);
});

const group = (count: number, low: number | null, high: number | null, label = '') => ({
  count,
  hasNext: false,
  bins: [{ low, high, label }],
});

test('a histogram has its empty bins, and what has no value', () => {
  const histogram = histogramOf(cases.columns.vmag, [group(4, 0, 1), group(2, 3, 4), group(9, null, null)]);
  expect(histogram).toEqual({ counts: [4, 0, 0, 2], stops: ['0', '1', '2', '3', '4'], periods: false, without: 9 });
  expect(rangeOf(histogram, 1, 4)).toBe('1..');
  expect(stopsOf(histogram, ['1', '3'])).toEqual([1, 3]);
});

test('periods of time are chosen whole', () => {
  const histogram = histogramOf(cases.columns.date, [
    group(1, 60_310, 60_341, '2024-01'),
    group(1, 60_370, 60_401, '2024-03'),
  ]);
  expect(histogram.counts).toEqual([1, 0, 1]);
  expect(histogram.stops).toEqual(['2024-01', '2024-02', '2024-03', '2024-04']);
  expect(rangeOf(histogram, 0, 2)).toBe('..2024-02');
  expect(stopsOf(histogram, ['', '2024-02'])).toEqual([0, 2]);
  expect([following('2023-12'), following('2023')]).toEqual(['2024-01', '2024']);
});

test('rows are the same whatever their columns and format', () => {
  const rows = '/browse/jsdc.star?vmag=..5&order=vmag';
  expect(isSameRows(`${rows}&columns=name&format=votable`, '/browse/jsdc.star?order=vmag&vmag=..5')).toBe(true);
  expect(isSameRows(rows, '/browse/jsdc.star?vmag=..5&order=-vmag')).toBe(false);
  expect(isSameRows(rows, '/browse/jsdc.badcal?vmag=..5&order=vmag')).toBe(false);
});
