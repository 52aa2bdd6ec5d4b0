/** Where something is: a place that was typed, or what a name is known for in one of the databases. */
import { ask } from '../ask';
import { PlaceDocument, type PlaceQuery } from '../documents';
import { placeOf } from './angle';
import type { Place } from './sphere';

export interface Located {
  name: string;
  place: Place;
  /** Other stars that the name may mean. */
  others: string[];
}

/** The place of what has a name: of the star, else of a target that is none of JSDC; null where nobody knows it. */
export function located(object: PlaceQuery['object']): Located | null {
  if (!object) return null;
  const { name, star, nameMatch, exposures, granules, spicaTargets } = object;
  const rows = [exposures, spicaTargets, granules].flatMap((connection) => connection?.nodes ?? []);
  const found = [star, ...rows].find((row) => row?.ra != null && row.dec != null);
  if (found?.ra == null || found.dec == null) return null;
  return { name: star?.name ?? name, place: [found.ra, found.dec], others: nameMatch?.others ?? [] };
}

/** The place of a text; null where nothing is called so. Rejects with `Unanswered`. */
export async function locate(text: string, signal?: AbortSignal): Promise<Located | null> {
  const place = placeOf(text);
  if (place) return { name: text, place, others: [] };
  const { data, errors } = await ask(PlaceDocument, { name: text }, signal);
  const found = located(data?.object ?? null);
  if (!found && errors[0]) throw new Error(errors[0].message);
  return found;
}
