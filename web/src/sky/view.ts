/** What an address says of the sky that is shown: its centre, its width, and the layers on it. */
import type { Parameters } from '../address';
import type { Region } from '../parts/region';
import type { Drawn } from './aladin';

export interface View {
  /** ICRS, degrees. */
  centre: [number, number];
  /** Width, degrees. */
  fov: number;
  coverages: string[];
  rows: string[];
  /** Tables of which all rows are shown, more the closer one looks. */
  all: string[];
}

export const DEFAULT: View = {
  centre: [83.8, -5.4],
  fov: 60,
  coverages: [],
  rows: ['jsdc.star', 'obsportal.target'],
  all: [],
};
const WIDEST = 360;
const NONE = 'none';

const listed = (text: string | null, otherwise: string[]): string[] =>
  text === null ? otherwise : text.split(',').filter((name) => name && name !== NONE);
const told = (names: string[], otherwise: string[]): string | null =>
  names.join() === otherwise.join() ? null : names.join() || NONE;

export function viewOf(asked: URLSearchParams): View {
  const [ra = Number.NaN, dec = Number.NaN] = (asked.get('centre') ?? '').split(',').map(Number);
  const fov = Number(asked.get('fov') ?? Number.NaN);
  const known = asked.has('centre') && Math.abs(dec) <= 90 && ra >= 0 && ra <= 360;
  return {
    centre: known ? [ra, dec] : DEFAULT.centre,
    fov: fov > 0 && fov <= WIDEST ? fov : DEFAULT.fov,
    coverages: listed(asked.get('coverage'), DEFAULT.coverages),
    rows: listed(asked.get('rows'), DEFAULT.rows),
    all: listed(asked.get('all'), DEFAULT.all),
  };
}

/** Digits of a place that one can see at a width. */
const digits = (fov: number): number => Math.max(0, Math.min(6, Math.ceil(3 - Math.log10(fov))));

export function viewParameters({ centre, fov, coverages, rows, all }: View): Parameters {
  return {
    centre: centre.map((value) => String(Number(value.toFixed(digits(fov))))).join(),
    fov: String(Number(fov.toPrecision(3))),
    coverage: told(coverages, DEFAULT.coverages),
    rows: told(rows, DEFAULT.rows),
    all: told(all, DEFAULT.all),
  };
}

/** The circle that all of the view is in. */
export function inView([ra, dec]: readonly [number, number], [width, height]: readonly [number, number]): Region {
  return { circle: { ra, dec, radius: Math.min(180, Math.hypot(width, height) / 2) } };
}

/** The area of what was drawn on the screen; null where some of it is beside the sky. */
export function regionDrawn(
  drawn: Drawn,
  world: (x: number, y: number) => [number, number] | undefined,
  distance: (one: [number, number], other: [number, number]) => number,
): Region | null {
  if (drawn.label === 'circle') {
    const [centre, edge] = [world(drawn.x, drawn.y), world(drawn.x + drawn.r, drawn.y)];
    return centre && edge ? { circle: { ra: centre[0], dec: centre[1], radius: distance(centre, edge) } } : null;
  }
  const corners =
    drawn.label === 'rect'
      ? [
          [drawn.x, drawn.y],
          [drawn.x + drawn.w, drawn.y],
          [drawn.x + drawn.w, drawn.y + drawn.h],
          [drawn.x, drawn.y + drawn.h],
        ]
      : drawn.vertices.map(({ x, y }) => [x, y]);
  const polygon = corners.map(([x = 0, y = 0]) => world(x, y));
  return polygon.length >= 3 && polygon.every((corner) => corner !== undefined) ? { polygon } : null;
}
