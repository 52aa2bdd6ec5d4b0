/** Where things stand in the plot of a night: time across, altitude up. */

export interface Night {
  /** First instant of the altitudes, ms since 1970. */
  start: number;
  /** ms from one to the next. */
  step: number;
  count: number;
}

export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Interval {
  start: string | null;
  end: string | null;
}

export const HIGHEST = 90;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function nightOf(grid: { start: string; every: number; sun: number[] }): Night {
  return { start: Date.parse(grid.start), step: grid.every * MINUTE, count: grid.sun.length };
}

export const endOf = (night: Night): number => night.start + (night.count - 1) * night.step;

export function across(night: Night, frame: Frame, instant: number): number {
  return frame.left + (frame.width * (instant - night.start)) / (endOf(night) - night.start);
}

export function up(frame: Frame, altitude: number): number {
  return frame.top + frame.height * (1 - altitude / HIGHEST);
}

/** The altitude at an instant, between those that are known. */
export function altitudeAt(night: Night, altitudes: number[], instant: number): number {
  const place = Math.min(Math.max((instant - night.start) / night.step, 0), night.count - 1);
  const before = Math.floor(place);
  const [low = 0, high = low] = [altitudes[before], altitudes[Math.min(before + 1, night.count - 1)]];
  return low + (place - before) * (high - low);
}

/** The path of altitudes while they are above the horizon. */
export function path(night: Night, frame: Frame, altitudes: number[]): string {
  const parts: string[] = [];
  let drawing = false;
  altitudes.forEach((altitude, place) => {
    if (altitude < 0) {
      drawing = false;
      return;
    }
    parts.push(`${drawing ? 'L' : 'M'}${point(night, frame, night.start + place * night.step, altitude)}`);
    drawing = true;
  });
  return parts.join('');
}

/** The path in an interval, its ends included. */
export function pathWithin(night: Night, frame: Frame, altitudes: number[], { start, end }: Interval): string {
  const [from, to] = [Date.parse(start ?? ''), Date.parse(end ?? '')];
  const inside = altitudes
    .map((altitude, place): [number, number] => [night.start + place * night.step, altitude])
    .filter(([instant]) => instant > from && instant < to);
  const ends = [from, to].map((instant): [number, number] => [instant, altitudeAt(night, altitudes, instant)]);
  const points = [ends[0], ...inside, ends[1]].filter((one) => one !== undefined);
  return points
    .map(([instant, altitude], place) => `${place ? 'L' : 'M'}${point(night, frame, instant, altitude)}`)
    .join('');
}

const point = (night: Night, frame: Frame, instant: number, altitude: number) =>
  `${across(night, frame, instant).toFixed(2)} ${up(frame, Math.max(altitude, 0)).toFixed(2)}`;

/** Full hours of a night. */
export function hours(night: Night): number[] {
  const found: number[] = [];
  for (let hour = Math.ceil(night.start / HOUR) * HOUR; hour <= endOf(night); hour += HOUR) found.push(hour);
  return found;
}

/** The time of day, UTC, as 04:30. */
export const clock = (instant: string | number | null): string =>
  instant === null ? '' : new Date(instant).toISOString().slice(11, 16);
