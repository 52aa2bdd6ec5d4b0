/** Places on the sphere: right ascension and declination in degrees, both of one frame. */

export type Place = readonly [ra: number, dec: number];

const RADIAN = Math.PI / 180;
const sin = (degrees: number) => Math.sin(degrees * RADIAN);
const cos = (degrees: number) => Math.cos(degrees * RADIAN);

/** From 0 to 360. */
export const turned = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** From -180 to 180. */
export const signed = (degrees: number): number => turned(degrees + 180) - 180;

/** Degrees between two places (Vincenty's formula: right for small and for large ones). */
export function separation([ra, dec]: Place, [otherRa, otherDec]: Place): number {
  const across = otherRa - ra;
  const y = Math.hypot(cos(otherDec) * sin(across), cos(dec) * sin(otherDec) - sin(dec) * cos(otherDec) * cos(across));
  const x = sin(dec) * sin(otherDec) + cos(dec) * cos(otherDec) * cos(across);
  return Math.atan2(y, x) / RADIAN;
}

/** The place at a distance from another, towards a position angle: from the north by the east. */
export function towards([ra, dec]: Place, angle: number, distance: number): Place {
  const z = sin(dec) * cos(distance) + cos(dec) * sin(distance) * cos(angle);
  const y = sin(angle) * sin(distance);
  const x = cos(dec) * cos(distance) - sin(dec) * sin(distance) * cos(angle);
  return [turned(ra + Math.atan2(y, x) / RADIAN), Math.atan2(z, Math.hypot(x, y)) / RADIAN];
}

/** The place that the centre of the sphere sees at coordinates of the plane that touches it (gnomonic projection). */
export function offset([ra, dec]: Place, east: number, north: number): Place {
  const flat = cos(dec) - north * sin(dec);
  const z = sin(dec) + north * cos(dec);
  return [turned(ra + Math.atan2(east, flat) / RADIAN), Math.atan2(z, Math.hypot(flat, east)) / RADIAN];
}

/** Places along the great circle from one to another, both among them, no further apart than a step. */
export function arc(from: Place, to: Place, step: number): Place[] {
  const whole = separation(from, to);
  const parts = Math.max(1, Math.ceil(whole / step));
  const angle = bearing(from, to);
  return Array.from({ length: parts + 1 }, (_, part) => towards(from, angle, (whole * part) / parts));
}

/** Position angle of one place seen from another: from the north by the east. */
export function bearing([ra, dec]: Place, [otherRa, otherDec]: Place): number {
  const across = otherRa - ra;
  const y = sin(across) * cos(otherDec);
  const x = cos(dec) * sin(otherDec) - sin(dec) * cos(otherDec) * cos(across);
  return turned(Math.atan2(y, x) / RADIAN);
}
