/** Nested HEALPix cells (Górski et al. 2005, ApJ 622, 759), as far as a map of coverage needs them. */
import type { Place } from './sphere';

const RING = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
const MERIDIAN = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];
/** Degrees, about, between points of the edge of a cell. */
const STEP = 4;

/** Of a cell: its face, of twelve, and its place in the face. */
function inFace(order: number, cell: number): [face: number, x: number, y: number] {
  const face = Math.floor(cell / 4 ** order);
  let [within, x, y] = [cell - face * 4 ** order, 0, 0];
  for (let bit = 1; within > 0; bit *= 2) {
    x += bit * (within % 2);
    y += bit * (Math.floor(within / 2) % 2);
    within = Math.floor(within / 4);
  }
  return [face, x, y];
}

/** The place at coordinates, from 0 to 1, of a face; of a pole the right ascension is that of the meridian through the face. */
function placeInFace(face: number, x: number, y: number): Place {
  const ring = (RING[face] ?? 0) - x - y;
  const polar = ring < 1 ? ring : ring > 3 ? 4 - ring : 1;
  const height = ring < 1 ? 1 - (ring * ring) / 3 : ring > 3 ? (polar * polar) / 3 - 1 : ((2 - ring) * 2) / 3;
  const along = (MERIDIAN[face] ?? 0) + (polar < 1e-12 ? 0 : (x - y) / polar);
  return [(((along * 45) % 360) + 360) % 360, (Math.asin(Math.max(-1, Math.min(1, height))) * 180) / Math.PI];
}

/** The edge of a cell: its corners south, east, north and west, with points between them where it is large. */
export function edge(order: number, cell: number): Place[] {
  const [face, x, y] = inFace(order, cell);
  const side = 2 ** order;
  const parts = Math.max(1, Math.ceil(58 / side / STEP));
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  return corners.flatMap(([fromX, fromY], number) => {
    const [toX, toY] = corners[(number + 1) % 4] ?? [0, 0];
    return Array.from({ length: parts }, (_, part) => {
      const at = part / parts;
      return placeInFace(face, (x + fromX + (toX - fromX) * at) / side, (y + fromY + (toY - fromY) * at) / side);
    });
  });
}
