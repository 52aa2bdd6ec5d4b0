import { expect, test } from 'vitest';
import { separation } from '../src/parts/sphere';
import { DEFAULT, inView, regionDrawn, viewOf, viewParameters } from '../src/sky/view';

const said = (parameters: Record<string, string | null>) =>
  new URLSearchParams(Object.entries(parameters).filter((each): each is [string, string] => each[1] !== null));

test('a view is the same in an address', () => {
  const view = {
    centre: [100.98, 25.13] as [number, number],
    fov: 5,
    coverages: ['jsdc.star'],
    rows: [],
    all: ['jsdc.star'],
  };
  expect(viewOf(said(viewParameters(view)))).toEqual(view);
  expect(viewParameters(DEFAULT)).toMatchObject({ coverage: null, rows: null, all: null });
  for (const text of ['', 'centre=1', 'centre=1,99&fov=-3', 'centre=400,2&fov=x'])
    expect(viewOf(new URLSearchParams(text))).toEqual(DEFAULT);
});

test('a place has as many digits as can be seen', () => {
  expect(viewParameters({ ...DEFAULT, centre: [1.23456789, 2], fov: 100 }).centre).toBe('1.2,2');
  expect(viewParameters({ ...DEFAULT, centre: [1.23456789, 2], fov: 0.01 }).centre).toBe('1.23457,2');
});

test('all that is in view is in its circle', () => {
  expect(inView([10, 20], [6, 8])).toEqual({ circle: { ra: 10, dec: 20, radius: 5 } });
  expect(inView([10, 20], [360, 180])).toEqual({ circle: { ra: 10, dec: 20, radius: 180 } });
});

test('what is drawn is an area of the sky', () => {
  const world = (x: number, y: number): [number, number] | undefined => (x < 0 ? undefined : [x, y]);
  expect(regionDrawn({ label: 'rect', x: 1, y: 2, w: 3, h: 4 }, world, separation)).toEqual({
    polygon: [
      [1, 2],
      [4, 2],
      [4, 6],
      [1, 6],
    ],
  });
  expect(regionDrawn({ label: 'circle', x: 10, y: 0, r: 2 }, world, separation)).toEqual({
    circle: { ra: 10, dec: 0, radius: expect.closeTo(2, 9) },
  });
  expect(
    regionDrawn(
      {
        label: 'polygon',
        vertices: [
          { x: 1, y: 1 },
          { x: 2, y: 1 },
        ],
      },
      world,
      separation,
    ),
  ).toBeNull();
  expect(regionDrawn({ label: 'rect', x: -1, y: 2, w: 3, h: 4 }, world, separation)).toBeNull();
});
