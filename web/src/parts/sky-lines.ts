/** The lines of an all-sky map: graticule and galactic plane, as SVG paths. */
import { lines } from './mollweide';
import { type Place, towards } from './sphere';

/** The north pole of the Galaxy (IAU 1958), ICRS degrees. */
const GALACTIC_POLE: Place = [192.85948, 27.12825];
const STEP = 3;

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, number) => from + number * step);

/** Meridians each two hours and parallels each 30°. */
export function graticule(middle: number, scale: number): string {
  const meridians = range(0, 330, 30).map((ra) => range(-90, 90, STEP).map((dec): Place => [ra, dec]));
  const parallels = range(-60, 60, 30).map((dec) =>
    range(-180, 180, 360 / 8).map((across): Place => [middle + Math.min(across, 179.999), dec]),
  );
  return [...meridians, ...parallels].map((places) => lines(places, middle, scale)).join('');
}

export const galacticPlane = (middle: number, scale: number): string =>
  lines(
    range(0, 360, STEP).map((angle) => towards(GALACTIC_POLE, angle, 90)),
    middle,
    scale,
  );
