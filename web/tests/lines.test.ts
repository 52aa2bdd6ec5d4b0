import { expect, test } from 'vitest';
import { Lines, type Placed } from '../src/browse/lines';
import type { Column } from '../src/browse/table';

const column = (field: string, type: string, ucd: string): Column => ({
  name: field,
  field,
  path: field,
  type,
  unit: null,
  ucd,
  description: '',
  principal: true,
  nullable: true,
  codes: [],
});
const columns = [
  column('name', 'String', 'meta.id'),
  column('v', 'Float', ''),
  column('file', 'String', 'meta.ref.url'),
];
const placed = (index: number, file = ''): Placed => ({
  index,
  row: { name: `star ${index}`, v: index / 2, file },
  top: 28 * index,
  active: false,
});
const texts = (body: HTMLElement) =>
  [...body.children].map((line) => [...line.children].map((cell) => cell.textContent).join('|')).sort();

test('elements take over other rows, and what is not shown has none', () => {
  const body = document.createElement('div');
  const lines = new Lines(body, columns);
  lines.show([placed(0, '/a'), placed(1)], 3);
  const [first, second] = [...body.children];
  expect(texts(body)).toEqual(['star 0|0|/a', 'star 1|0.5|']);
  lines.show([placed(3), placed(4, '/b')], 3);
  expect(texts(body)).toEqual(['star 3|1.5|', 'star 4|2|/b']);
  expect([...body.children]).toEqual([first, second]);
  expect(first?.getAttribute('aria-rowindex')).toBe('5');
  expect(first?.querySelector('a')).toBeNull();
  expect(second?.querySelector('a')?.getAttribute('href')).toBe('/b');
  lines.show([placed(5)], 3);
  expect(texts(body)).toEqual(['star 5|2.5|']);
});

test('a row that is being read is said to be, and comes', () => {
  const body = document.createElement('div');
  const lines = new Lines(body, columns);
  lines.show([{ ...placed(0), row: undefined, active: true }], 3);
  expect(body.firstElementChild?.className).toBe('line-of-grid active waiting');
  expect(texts(body)).toEqual(['||']);
  lines.show([{ ...placed(0), active: true }], 3);
  expect(body.firstElementChild?.className).toBe('line-of-grid active');
  expect(texts(body)).toEqual(['star 0|0|']);
});
