import { expect, test } from 'vitest';
import { csv, votable } from '../src/compare/files';
import { entriesOf, MOST } from '../src/compare/list';
import type { Compared } from '../src/compare/match';

test('names and places, one a line', () => {
  expect(entriesOf('eps Gem\n\n# remark\n06 45 08.9 -16 42 58\nHD 1, HD 2\n')).toEqual([
    { label: 'eps Gem', place: null },
    { label: '06 45 08.9 -16 42 58', place: [expect.closeTo(101.287, 3), expect.closeTo(-16.716, 3)] },
    { label: 'HD 1, HD 2', place: null },
  ]);
});

test('CSV by its header, with quotes, in degrees or sexagesimal', () => {
  const text = 'Name,RAJ2000,DEJ2000\n"Vega, ""alf Lyr""",279.2347,38.7837\nrow two,18:36:56,+38:47:01\nthree,,\n';
  expect(entriesOf(text)).toEqual([
    { label: 'Vega, "alf Lyr"', place: [279.2347, 38.7837] },
    { label: 'row two', place: [expect.closeTo(279.233, 2), expect.closeTo(38.784, 2)] },
    { label: 'three', place: null },
  ]);
  expect(entriesOf('ra\tdec\n1\t2\n1e-3\t-0.5')).toEqual([
    { label: '1', place: [1, 2] },
    { label: '2', place: [0.001, -0.5] },
  ]);
});

test('a VOTable by its UCDs', () => {
  const text = `<?xml version="1.0"?><VOTABLE xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
    <FIELD name="x" datatype="double" ucd="pos.eq.ra;meta.main"/><FIELD name="y" datatype="double" ucd="pos.eq.dec;meta.main"/>
    <FIELD name="who" datatype="char" arraysize="*" ucd="meta.id;meta.main"/>
    <DATA><TABLEDATA><TR><TD>10</TD><TD>-20</TD><TD>A &amp; B</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
  expect(entriesOf(text)).toEqual([{ label: 'A & B', place: [10, -20] }]);
});

test('what cannot be read is told', () => {
  expect(() => entriesOf(' \n')).toThrow('empty');
  expect(() => entriesOf('ra,flux\n1,2')).toThrow('call them name, or ra and dec');
  expect(() => entriesOf('<VOTABLE><RESOURCE><TABLE><DATA><BINARY2/></DATA></TABLE></RESOURCE></VOTABLE>')).toThrow(
    'TABLEDATA',
  );
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
