import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { csv, votable } from '../src/compare/files';
import { entriesOf, MOST } from '../src/compare/list';
import type { Compared } from '../src/compare/match';
import { wrongWith } from '../src/parts/own-table';

const cases = JSON.parse(readFileSync(`${import.meta.dirname}/../../tests/web/compare_cases.json`, 'utf8'));
type Listed = [label: string, place: [number, number] | null, problem?: string][];

test.each(cases.lists as [string, Listed][])('the list %j is what Python reads', (text, listed) => {
  expect(entriesOf(text)).toEqual(
    listed.map(([label, place, problem]) => ({
      label,
      place,
      ...(problem && { problem: expect.stringContaining(problem) }),
    })),
  );
});

test.each(cases.refused as [string, string][])('the list %j is refused', (text, reason) => {
  expect(() => entriesOf(text)).toThrow(reason);
});

test('a file that is no text is refused with what is wanted', async () => {
  const file = (text: string) => wrongWith(new Blob([text]), 'mine', 'VOTable or CSV');
  expect(await file('SIMPLE  =                    T')).toBe('mine cannot be read here: VOTable or CSV is wanted');
  expect(await file('PK\0')).toContain('is wanted');
  expect(await file('name\nVega')).toBe('');
});

test('what is no list is told', () => {
  expect(() => entriesOf(' \n')).toThrow('empty');
  expect(() => entriesOf('x\n'.repeat(MOST + 1))).toThrow(String(MOST));
});

const rows: Compared[] = [
  {
    label: 'a "b", <c>',
    place: [10, -20],
    problem: '',
    matches: { JSDC_STAR: { name: 'HD 1', separation: 0.25, rows: 2 } },
  },
  { label: 'nobody', place: null, problem: 'Nothing is called so', matches: {} },
];

test('a comparison is taken away whole, what is not matched too', () => {
  const [head, first, second] = csv(rows).split('\r\n');
  expect(head?.split(',').slice(0, 7)).toEqual([
    'entry',
    'ra',
    'dec',
    'problem',
    'jsdc_star_name',
    'jsdc_star_separation',
    'jsdc_star_rows',
  ]);
  expect(first).toBe('"a ""b"", <c>",10,-20,,HD 1,0.25,2,,,0,,,0,,,0');
  expect(second).toBe('nobody,,,Nothing is called so,,,0,,,0,,,0,,,0');
  const document = new DOMParser().parseFromString(votable(rows), 'text/xml');
  expect(document.getElementsByTagName('TR')).toHaveLength(2);
  expect(document.getElementsByTagName('TD')[0]?.textContent).toBe('a "b", <c>');
  expect(document.getElementsByTagName('FIELD')).toHaveLength(head?.split(',').length ?? 0);
});
