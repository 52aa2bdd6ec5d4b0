/** How the reader of a map of the sky chooses an area: pure, of a pointer that is dragged and of keys. */
import type { Region } from './region';
import { bearing, type Place, separation, turned } from './sphere';

export type Shape = 'circle' | 'box';

export interface Keyed {
  cursor: Place;
  size: number;
  draft: Region;
  /** What has been chosen, null for none; undefined while nothing is decided. */
  chosen?: Region | null;
}

/** Degrees: a drag that is shorter is none, and no area reaches further. */
const SHORTEST = 0.2;
const FURTHEST = 80;

/** The area from its centre to where the pointer is: through it goes the circle, or it is a corner of the box. */
export function spanned(shape: Shape, centre: Place, to: Place): Region | null {
  const radius = Math.min(separation(centre, to), FURTHEST);
  if (radius < SHORTEST) return null;
  if (shape === 'circle') return sized(shape, centre, radius);
  const angle = (bearing(centre, to) * Math.PI) / 180;
  const reach = Math.tan((radius * Math.PI) / 180);
  const [width, height] = [Math.sin(angle), Math.cos(angle)].map(
    (side) => (Math.atan(Math.abs(side) * reach) * 360) / Math.PI,
  ) as [number, number];
  return { box: { ra: rounded(centre[0]), dec: rounded(centre[1]), width: rounded(width), height: rounded(height) } };
}

/** The area of a size around its centre: the radius of a circle, half the sides of a box; degrees. */
export function sized(shape: Shape, [ra, dec]: Place, size: number): Region {
  const centre = { ra: rounded(ra), dec: rounded(dec) };
  return shape === 'circle'
    ? { circle: { ...centre, radius: rounded(size) } }
    : { box: { ...centre, width: rounded(2 * size), height: rounded(2 * size) } };
}

const rounded = (degrees: number): number => Number(degrees.toFixed(2));

const MOVES: Record<string, Place> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** What a key does to the cross, the size and the choice; null for a key that does nothing here. */
export function keyed(key: string, slow: boolean, cursor: Place, size: number, shape: Shape): Keyed | null {
  const step = MOVES[key];
  const moved: Place = step ? stepped(cursor, step, slow ? 1 : 5) : cursor;
  const grown = key === '+' || key === '=' ? size * 1.25 : key === '-' ? size / 1.25 : size;
  const next = { cursor: moved, size: Math.min(FURTHEST, Math.max(SHORTEST, grown)) };
  const draft = sized(shape, next.cursor, next.size);
  if (key === 'Enter' || key === ' ') return { ...next, draft, chosen: draft };
  if (key === 'Delete' || key === 'Backspace') return { ...next, draft, chosen: null };
  return step || grown !== size ? { ...next, draft } : null;
}

const stepped = ([ra, dec]: Place, [east, north]: Place, degrees: number): Place => [
  turned(ra + east * degrees),
  Math.max(-90, Math.min(90, dec + north * degrees)),
];
