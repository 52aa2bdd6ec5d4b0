/** Areas of the sky, as the schema's `Region` has them, and as the addresses of Browse do. ICRS, degrees. */
import type { Parameters } from '../address';
import { placeOf } from './angle';
import { arc, offset, type Place, towards } from './sphere';

export type Region =
  | { circle: { ra: number; dec: number; radius: number } }
  | { box: { ra: number; dec: number; width: number; height: number } }
  | { polygon: [number, number][] };

/** Points of the drawn edge are no further apart, degrees. */
const STEP = 3;
const DECIMALS = 5;
/** Degrees, where an address names a place alone. */
const DEFAULT_RADIUS = 0.1;

const short = (value: number): string => String(Number(value.toFixed(DECIMALS)));

/** What the address of Browse says for an area: `place` with `radius`, `box` or `polygon`; the others are left out. */
export function regionParameters(region: Region | null): Parameters {
  const none = { place: null, radius: null, box: null, polygon: null };
  if (!region) return none;
  if ('circle' in region) {
    const { ra, dec, radius } = region.circle;
    return { ...none, place: `${short(ra)} ${short(dec)}`, radius: short(radius) };
  }
  if ('polygon' in region) return { ...none, polygon: region.polygon.flat().map(short).join() };
  const { ra, dec, width, height } = region.box;
  return { ...none, box: [ra, dec, width, height].map(short).join() };
}

/** The area of an address; null for none, and for a place that is a name. */
export function regionOf(asked: URLSearchParams): Region | null {
  const [ra = 0, dec = 0, width, height] = numbers(asked.get('box'));
  if (width !== undefined && height !== undefined) return { box: { ra, dec, width, height } };
  const corners = numbers(asked.get('polygon'));
  if (corners.length >= 6 && corners.length % 2 === 0)
    return { polygon: corners.flatMap((value, n) => (n % 2 ? [] : [[value, corners[n + 1] ?? 0]])) };
  const centre = placeOf(asked.get('place') ?? '');
  const [radius = DEFAULT_RADIUS] = numbers(asked.get('radius'));
  return centre && { circle: { ra: centre[0], dec: centre[1], radius } };
}

/** Numbers apart by commas; none where one of them is none. */
function numbers(text: string | null): number[] {
  const found = (text ?? '').split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
  return found.every(Number.isFinite) ? found : [];
}

/** The corners of a box: in the plane that touches the sky at its centre it is a rectangle, as the gateway has it. */
function corners({ ra, dec, width, height }: { ra: number; dec: number; width: number; height: number }): Place[] {
  const [x, y] = [width, height].map((side) => Math.tan((side * Math.PI) / 360)) as [number, number];
  const signs: [number, number][] = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ];
  return signs.map(([east, north]) => offset([ra, dec], east * x, north * y));
}

/** Places along the edge of an area, the first one also at the end. */
export function outline(region: Region): Place[] {
  if ('circle' in region) {
    const { ra, dec, radius } = region.circle;
    return Array.from({ length: 121 }, (_, part) => towards([ra, dec], part * STEP, radius));
  }
  const around: readonly Place[] = 'box' in region ? corners(region.box) : region.polygon;
  return around.flatMap((corner, number) => arc(corner, around[(number + 1) % around.length] ?? corner, STEP));
}
