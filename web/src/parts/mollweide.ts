/**
 * Mollweide's projection of the whole sky: equal areas, in an ellipse twice as wide as high, east to the left.
 *
 * On the map the ellipse reaches from -2 to 2 and from -1 to 1, north up as y grows downwards.
 */
import { type Place, signed, turned } from './sphere';

export type Point = readonly [x: number, y: number];

const RADIAN = Math.PI / 180;

/** Where a place is on a map whose middle has right ascension `middle`; `beyond` is not folded back into the ellipse. */
export function project([ra, dec]: Place, middle: number): Point {
  return beyond(signed(ra - middle), dec);
}

/** Where a place is whose longitude from the middle may be beyond ±180: outside the ellipse. */
export function beyond(longitude: number, dec: number): Point {
  const angle = auxiliary(dec * RADIAN);
  return [(-longitude / 90) * Math.cos(angle), -Math.sin(angle)];
}

/** The place at a point of the map; null outside the ellipse. */
export function unproject([x, y]: Point, middle: number): Place | null {
  if ((x / 2) ** 2 + y ** 2 > 1) return null;
  const angle = Math.asin(-y);
  const across = Math.cos(angle);
  const dec = Math.asin((2 * angle + Math.sin(2 * angle)) / Math.PI) / RADIAN;
  return [turned(middle - (across < 1e-12 ? 0 : (x * 90) / across)), dec];
}

/** The angle a with 2a + sin 2a = π sin(dec), by Newton's method; close to the poles, where it is slow, by its series. */
function auxiliary(dec: number): number {
  const rest = Math.PI / 2 - Math.abs(dec);
  if (rest < 1e-3) return Math.sign(dec) * (Math.PI / 2 - Math.cbrt((3 * Math.PI * rest * rest) / 8));
  const wanted = Math.PI * Math.sin(dec);
  let double = 2 * dec * (1 - Math.abs(dec) / 9);
  for (let turn = 0; turn < 30; turn++) {
    const step = (double + Math.sin(double) - wanted) / (1 + Math.cos(double));
    double -= step;
    if (Math.abs(step) < 1e-12) break;
  }
  return double / 2;
}

/** Lines through places as an SVG path: broken where they leave the map on one side and come back on the other. */
export function lines(places: Iterable<Place>, middle: number, scale: number): string {
  const parts: string[] = [];
  let last: number | null = null;
  for (const [ra, dec] of places) {
    const longitude = signed(ra - middle);
    const [x, y] = beyond(longitude, dec);
    const broken = last === null || Math.abs(longitude - last) > 180;
    parts.push(`${broken ? 'M' : 'L'}${(x * scale).toFixed(1)} ${(y * scale).toFixed(1)}`);
    last = longitude;
  }
  return parts.join('');
}

/** Areas with these corners as an SVG path; one that crosses the edge of the map stands on both sides of it, to be cut there. */
export function areas(shapes: Iterable<readonly Place[]>, middle: number, scale: number): string {
  const parts: string[] = [];
  for (const corners of shapes) {
    const longitudes = unfolded(corners.map(([ra]) => ra - middle));
    const shifts = [0];
    if (Math.max(...longitudes) > 180) shifts.push(-360);
    if (Math.min(...longitudes) < -180) shifts.push(360);
    for (const shift of shifts) {
      const points = corners.map(([, dec], number) => beyond((longitudes[number] ?? 0) + shift, dec));
      parts.push(`M${points.map(([x, y]) => `${(x * scale).toFixed(1)} ${(y * scale).toFixed(1)}`).join('L')}Z`);
    }
  }
  return parts.join('');
}

/** Longitudes each within half a turn of the one before, their mean within ±180. */
function unfolded(longitudes: readonly number[]): number[] {
  const found: number[] = [];
  for (const one of longitudes) found.push((found.at(-1) ?? 0) + signed(one - (found.at(-1) ?? 0)));
  const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
  return found.map((one) => one + signed(mean) - mean);
}
