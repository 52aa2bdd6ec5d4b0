/** What is asked of a night, as the address says it: by the names that `/night` has, in lower case. */
import type { SpicaNightQueryVariables } from '../documents';

export interface Asked {
  /** Shown where no date is asked. */
  evening: string;
  parameters: URLSearchParams;
}

const PASSED_ON = [
  'modes',
  'programmes',
  'priorities',
  'stations',
  'pops',
  'min_elevation',
  'min_hour_angle',
  'max_hour_angle',
  'observable',
];

/** The words of a list, between commas or blanks. */
export const list = (text: string | null): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

export const dateOf = ({ evening, parameters }: Asked): string => parameters.get('date') || evening;

/** Variables of the GraphQL document; what is empty leaves nothing out. */
export function variables(asked: Asked): SpicaNightQueryVariables {
  const { parameters } = asked;
  const words = (name: string) => {
    const found = list(parameters.get(name));
    return found.length ? found : null;
  };
  const number = (name: string) => {
    const text = parameters.get(name)?.trim();
    return text ? Number(text) : null;
  };
  return {
    date: dateOf(asked),
    modes: words('modes') as SpicaNightQueryVariables['modes'],
    programmes: words('programmes'),
    priorities: words('priorities')?.map(Number) ?? null,
    stations: words('stations'),
    pops: parameters.get('pops') || null,
    minElevation: number('min_elevation') ?? 30,
    minHourAngle: number('min_hour_angle'),
    maxHourAngle: number('max_hour_angle'),
    observable: !['false', '0', 'no'].includes(parameters.get('observable') ?? ''),
  };
}

/** The same night as a file, for machines. */
export function machineAddress(asked: Asked, format: 'votable' | 'asprox'): string {
  const passed = new URLSearchParams({ DATE: dateOf(asked) });
  for (const name of PASSED_ON) {
    const value = asked.parameters.get(name);
    if (value) passed.set(name.toUpperCase(), value);
  }
  passed.set('FORMAT', format);
  return `/night?${passed}`;
}

/** So many evenings later. */
export function later(date: string, days: number): string {
  const moved = new Date(`${date}T12:00:00Z`);
  if (Number.isNaN(moved.getTime())) return date;
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}
