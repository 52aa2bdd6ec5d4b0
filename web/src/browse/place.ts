/** Cones around what people write: a place, or the name of a star. */
import { placeOf } from '../parts/angle';

export interface Cone {
  radius: number;
  ra?: number;
  dec?: number;
  name?: string;
}

/** A cone around a place, ICRS, or around what has a name; degrees. */
export function coneOf(text: string, radius: number): Cone {
  const place = placeOf(text);
  return place ? { ra: place[0], dec: place[1], radius } : { name: text, radius };
}
