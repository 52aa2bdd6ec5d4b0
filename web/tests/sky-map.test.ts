import { expect, test } from 'vitest';
import { dms, hms, placeOf } from '../src/parts/angle';
import { edge } from '../src/parts/healpix';
import { coarsened, fraction, mocOf } from '../src/parts/moc';
import { areas, lines, project, unproject } from '../src/parts/mollweide';
import { outline, type Region, regionOf, regionParameters } from '../src/parts/region';
import { keyed, spanned } from '../src/parts/sky-choice';
import { arc, bearing, offset, separation, towards } from '../src/parts/sphere';

test.each([
  // astropy.wcs, MOL: degrees of the plane, of which the ellipse has 81.02846845 a half axis.
  [40, 30, -32.94333090674589, 32.73329349706095],
  [-150, -75, 57.1465654275105, -73.41627831459195],
  [100, 89.9, -1.378362755401835, 81.01897181571888],
  [179, -45, -129.87729600489547, -47.97223624981865],
])('Mollweide has %d %d where wcslib has it', (ra, dec, x, y) => {
  const point = project([ra, dec], 0);
  expect(point[0] * 81.02846845413956).toBeCloseTo(x, 6);
  expect(-point[1] * 81.02846845413956).toBeCloseTo(y, 6);
  const back = unproject(point, 0);
  expect(separation(back ?? [0, 0], [ra, dec])).toBeLessThan(1e-5);
});

test('outside the ellipse is no place', () => expect(unproject([1.9, 0.9], 0)).toBeNull());

test.each([
  // cdshealpix: south, east, north, west.
  [0, 4, [0, 45, 0, 315], [-41.8103, 0, 41.8103, 0]],
  [1, 20, [315, 337.5, 315, 292.5].map((ra) => (ra + 135) % 360), [-41.8103, -19.4712, 0, -19.4712]],
  [1, 47, [315, 337.5, 315, 292.5], [-41.8103, -19.4712, 0, -19.4712]],
  [5, 7000, [194.0625, 195.4688, 194.0625, 192.6562], [16.9578, 18.21, 19.4712, 18.21]],
])('order %d cell %d has the corners that cdshealpix gives it', (order, cell, ras, decs) => {
  const found = edge(order, cell);
  for (const part of [0, 1, 2, 3]) {
    const corner = found[(part * found.length) / 4] ?? [0, 0];
    expect(separation(corner, [ras[part] ?? 0, decs[part] ?? 0])).toBeLessThan(1e-3);
  }
});

test('distances, angles and offsets are astropy’s and the gateway’s', () => {
  expect(separation([100, 20], [300, -40])).toBeCloseTo(153.6733924744368, 9);
  expect(bearing([100, 20], [300, -40])).toBeCloseTo(216.21223605682982, 9);
  const [ra, dec] = towards([100, 20], 30, 12);
  expect([ra, dec]).toEqual([expect.closeTo(106.91171154482912, 9), expect.closeTo(30.248027281045246, 9)]);
  const corner = offset([10, 60], Math.tan((10 * Math.PI) / 180), Math.tan((5 * Math.PI) / 180));
  expect(separation(corner, [32.56960324594489, 63.20703489256095])).toBeLessThan(1e-9);
  expect(arc([0, 0], [90, 0], 30).map(([at]) => Math.round(at))).toEqual([0, 30, 60, 90]);
});

test('a map of coverage is read, and made coarser', () => {
  const moc = mocOf('3/10-12 4/60,61 10/');
  expect([...moc]).toEqual([
    [3, [10, 11, 12]],
    [4, [60, 61]],
  ]);
  expect([...coarsened(moc, 3)]).toEqual([[3, [10, 11, 12, 15]]]);
  expect(fraction(mocOf('0/0-11'))).toBe(1);
});

test('what crosses the edge of the map is on both sides', () => {
  expect(areas([edge(0, 6)], 0, 100).match(/M/g)).toHaveLength(2);
  expect(areas([edge(0, 4)], 0, 100).match(/M/g)).toHaveLength(1);
  const around = lines(outline({ circle: { ra: 180, dec: 0, radius: 10 } }), 0, 100);
  expect(around.match(/M/g)?.length).toBeGreaterThan(1);
});

test('an area is the same in an address', () => {
  const regions: Region[] = [
    { circle: { ra: 83.8, dec: -5.4, radius: 2 } },
    { box: { ra: 10, dec: 60, width: 20, height: 10 } },
    {
      polygon: [
        [10, 20],
        [12, 20],
        [12, 22],
      ],
    },
  ];
  for (const region of regions) {
    const said = Object.entries(regionParameters(region)).filter((each): each is [string, string] => each[1] !== null);
    expect(regionOf(new URLSearchParams(said))).toEqual(region);
  }
  expect(regionParameters(regions[0] ?? null)).toMatchObject({ place: '83.8 -5.4', radius: '2', box: null });
  for (const text of ['', 'box=1,2', 'box=1,2,x,3', 'polygon=1,2,3,4', 'place=eps%20Gem'])
    expect(regionOf(new URLSearchParams(text))).toBeNull();
});

test('a place is read as astronomers write it', () => {
  const eps = [100.98292, 25.13111];
  for (const text of ['06 43 55.9 +25 07 52', '6:43:55.9, 25:07:52', '6h43m55.9s +25d07m52s', '100.98292 25.13111']) {
    const [ra, dec] = placeOf(text) ?? [0, 0];
    expect(separation([ra, dec], eps as [number, number])).toBeLessThan(1e-4);
  }
  expect(placeOf('5 34 −5 23')?.[1]).toBeCloseTo(-5.383, 3);
  expect(placeOf('00 10 -00 30')?.[1]).toBeCloseTo(-0.5);
  for (const text of ['HD 48329', '100', '400 10', '10 91', '6 70 1 2']) expect(placeOf(text)).toBeNull();
  expect(`${hms(100.98292)} ${dms(25.13111)}`).toBe('06 43 55.9 +25 07 52');
  expect(`${hms(359.9999999)} ${dms(-0.5)}`).toBe('00 00 00.0 -00 30 00');
});

test('an area is chosen by pointer and by keys', () => {
  expect(spanned('circle', [10, 0], [15, 0])).toEqual({ circle: { ra: 10, dec: 0, radius: 5 } });
  expect(spanned('box', [10, 0], [15, 4])).toMatchObject({ box: { ra: 10, dec: 0, width: 10 } });
  expect(spanned('circle', [10, 0], [10.1, 0])).toBeNull();
  expect(keyed('ArrowLeft', false, [358, 0], 5, 'circle')?.cursor).toEqual([3, 0]);
  expect(keyed('Enter', false, [3, 0], 5, 'box')?.chosen).toEqual({ box: { ra: 3, dec: 0, width: 10, height: 10 } });
  expect(keyed('Delete', false, [3, 0], 5, 'box')?.chosen).toBeNull();
  expect(keyed('Escape', false, [3, 0], 5, 'box'), 'it closes what the map is in').toBeNull();
  expect(keyed('x', false, [3, 0], 5, 'box')).toBeNull();
});
