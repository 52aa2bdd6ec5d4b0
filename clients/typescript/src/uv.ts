/** A point of the uv plane: in cycles per radian where a wavelength was given, else in metres. */
export interface UvCoordinates {
  u: number;
  v: number;
}

/**
 * Where a baseline is in the uv plane, as the field `uv` of the gateway has it.
 *
 * @param length Projected length in metres.
 * @param angle Position angle in degrees, north through east.
 * @param wavelength In metres; without one the result is in metres.
 */
export function uv(length: number, angle: number, wavelength = 1): UvCoordinates {
  const radians = (angle * Math.PI) / 180;
  return { u: (length * Math.sin(radians)) / wavelength, v: (length * Math.cos(radians)) / wavelength };
}
