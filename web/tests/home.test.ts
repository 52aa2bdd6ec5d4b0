import { expect, test } from 'vitest';
import { added, type Exposure, missed } from '../src/home/exposures';
import { dates, moment, told } from '../src/home/figures';
import { around, suggested } from '../src/home/suggestions';
import { destination } from '../src/parts/destination';

const figure = (source: string, key: string, value: string, number: number | null) => ({
  source,
  key,
  value,
  number,
  computedAt: '2026-12-01T07:46:31.056002Z',
});

test('figures are said in words, those that are not known left out', () => {
  const figures = [
    figure('spica', 'Completion', '16.58%', 0.1658),
    figure('spica', 'Target count', '60', 60),
    figure('jsdc', 'Star count', '2500000', 2500000),
  ];
  expect(told('spica', figures)).toEqual([
    { number: '60', words: 'targets', address: '/browse/spica.target' },
    { number: '16.6%', words: 'of the survey complete' },
  ]);
  expect(told('jsdc', figures)[0]?.number).toBe('2,500,000');
  expect(told('elsewhere', figures)).toEqual([]);
});

test('dates are told as far as they are known', () => {
  const figures = [
    figure('obsportal', 'Exposure Date min', '2007-06-26 04:09:28.999', 54277.1),
    figure('obsportal', 'Exposure Date max', '2025-11-19 10:15:56.731', 60998.4),
  ];
  expect(dates('obsportal', figures)).toEqual(['Observed from 2007-06-26 to 2025-11-19', 'As of 2026-12-01 07:46 UTC']);
  expect(dates('oidb', figures)).toEqual([]);
  expect(moment('2026-12-01T07:46:31Z')).toBe('2026-12-01 07:46 UTC');
});

const found = { rank: 'EXACT' as const, matched: 'eps Gem', star: null };

test('what is found leads to its page', () => {
  const star = { ...found, kind: 'STAR' as const, label: 'HD 48329', source: 'jsdc', key: '32246' };
  expect(suggested(star)).toEqual({
    label: 'HD 48329',
    about: 'star · JSDC · also called eps Gem',
    address: '/star/HD%2048329',
  });
  expect(destination({ ...star, kind: 'TARGET', star: { name: 'HD 1' } })).toBe('/star/HD%201');
  expect(destination({ ...star, kind: 'EXPOSURE', key: 'a:b/c' })).toBe('/detail/exposure/a%3Ab%2Fc');
  expect(destination({ ...star, kind: 'PROGRAMME', source: 'spica', key: 'S01' })).toBe('/spica/programs/S01');
  expect(destination({ ...star, kind: 'PROGRAMME', source: 'obsportal', key: '60.A' })).toBe(
    '/browse/obsportal.exposure?obsProgram=60.A',
  );
  expect(destination({ ...star, kind: 'COLLECTION', key: 'x&y' })).toBe('/browse/oidb.granule?obsCollection=x%26y');
});

test('a place has tables around it, and the sky', () => {
  const offered = around('06 43 55.9 +25 07 52');
  expect(offered.map(({ address }) => address)).toContain('/browse/jsdc.star?place=100.98292+25.13111');
  expect(offered.at(-1)?.address).toBe('/sky?centre=100.98292%2C25.13111&fov=2');
  expect(around('eps Gem')).toEqual([]);
});

const one = (expId: string): Exposure => ({
  expId,
  expStart: null,
  instrumentName: 'SPICA',
  instrumentMode: null,
  interferometerName: 'CHARA',
  targetName: null,
  targetRa: null,
  targetDec: null,
});

test('an exposure that comes is first, once', () => {
  const known = Array.from({ length: 20 }, (_, number) => one(`${number}`));
  expect(added(known, one('5')).map(({ expId }) => expId)).toHaveLength(20);
  expect(added(known, one('new')).map(({ expId }) => expId)).toEqual([
    'new',
    ...known.slice(0, 19).map((e) => e.expId),
  ]);
});

test('what was missed comes in its order', () => {
  const shown = [one('3'), one('2'), one('1')];
  const last = [one('5'), one('4'), one('3')];
  expect(missed(shown, last).map(({ expId }) => expId)).toEqual(['4', '5']);
  expect(
    missed(shown, last)
      .reduce(added, shown)
      .map(({ expId }) => expId),
  ).toEqual(['5', '4', '3', '2', '1']);
});
