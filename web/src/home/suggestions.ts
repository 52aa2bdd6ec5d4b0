/** What the box of the home page offers for a text: what is called so, or what is around a place. */
import { dms, hms, placeOf } from '../parts/angle';
import { titleOf } from '../parts/databases';
import { destination, type Found } from '../parts/destination';
import { say } from '../words';

export interface Suggestion {
  label: string;
  /** What it is, and where. */
  about: string;
  address: string;
}

/** Degrees around a place. */
const RADIUS = 0.1;
const AROUND: [table: string, what: string][] = [
  ['jsdc.star', 'Stars of JSDC'],
  ['obsportal.exposure', 'Exposures'],
  ['oidb.granule', 'Data in OiDB'],
  ['spica.target', 'Targets of the SPICA survey'],
];

const KINDS: Record<Found['kind'], string> = {
  STAR: 'star',
  TARGET: 'target',
  PROGRAMME: 'programme',
  COLLECTION: 'collection',
  EXPOSURE: 'exposure',
};

/** Of a place that was typed; nothing where the text is none. */
export function around(text: string): Suggestion[] {
  const place = placeOf(text);
  if (!place) return [];
  const [ra, dec] = place;
  const at = `${ra.toFixed(5)} ${dec.toFixed(5)}`;
  const told = say('within {radius}° of {place}', { radius: RADIUS, place: `${hms(ra)} ${dms(dec)}` });
  const rows = AROUND.map(([table, what]) => ({
    label: say(what),
    about: told,
    address: `/browse/${table}?${new URLSearchParams({ place: at })}`,
  }));
  const sky = `/sky?${new URLSearchParams({ centre: `${ra.toFixed(5)},${dec.toFixed(5)}`, fov: '2' })}`;
  return [...rows, { label: say('On the sky'), about: `${hms(ra)} ${dms(dec)}`, address: sky }];
}

export const suggested = (found: Found): Suggestion => ({
  label: found.label,
  about: [
    say(KINDS[found.kind]),
    titleOf(found.source),
    ...(found.matched === found.label ? [] : [say('also called {name}', { name: found.matched })]),
  ].join(' · '),
  address: destination(found),
});
