/** Right ascensions and declinations as people write them. */

const split = (value: number, digits: number): [number, number, string] => {
  const seconds = Math.round(value * 3600 * 10 ** digits) / 10 ** digits;
  const text = (seconds % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, '0');
  return [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), text];
};
const two = (value: number): string => String(value).padStart(2, '0');

/** As `06 43 55.9`; degrees. */
export function hms(ra: number, digits = 1): string {
  const [hours, minutes, seconds] = split((((ra % 360) + 360) % 360) / 15, digits);
  return `${two(hours % 24)} ${two(minutes)} ${seconds}`;
}

/** As `+25 07 52`; degrees. */
export function dms(dec: number, digits = 0): string {
  const [degrees, minutes, seconds] = split(Math.abs(dec), digits);
  return `${dec < 0 ? '-' : '+'}${two(degrees)} ${two(minutes)} ${seconds}`;
}

/** As catalogues designate places, `J06435593+2507520`: seconds with their decimals, without a point. */
const DESIGNATION = /^J?\s*(\d\d)(\d\d)(\d\d)\.?(\d*)\s*([+-]\d\d)(\d\d)(\d\d)\.?(\d*)$/;

/**
 * A place of what was typed, in degrees: `100.98 25.13`, `06 43 55.9 +25 07 52`, `6:43:55.9, 25:07:52`,
 * `6h43m55.9s +25d07m52s`, `J06435593+2507520`; what `adapters/page/places.py` reads.
 */
export function placeOf(text: string): [ra: number, dec: number] | null {
  const words = wordsOf(text);
  if (!areNumbers(words)) return null;
  const half = words.length / 2;
  const [east, north] = [words.slice(0, half), words.slice(half)].map(degreesOf) as [number, number];
  if (
    words
      .slice(1, half)
      .concat(words.slice(half + 1))
      .some((word) => Number(word) >= 60 || /^[+-]/.test(word))
  )
    return null;
  const ra = half > 1 || /\d\s*h/.test(text) ? east * 15 : east;
  return ra >= 0 && ra <= 360 && Math.abs(north) <= 90 ? [ra, north] : null;
}

const wordsOf = (text: string): string[] =>
  text
    .trim()
    .replace(/−/g, '-')
    .replace(DESIGNATION, '$1 $2 $3.$4 $5 $6 $7.$8')
    .replace(/[hdm°'′:s"″,;]/g, ' ')
    .replace(/(?<=[\d.])(?=[+-])/g, ' ')
    .trim()
    .split(/\s+/);
const areNumbers = (words: readonly string[]): boolean =>
  [2, 4, 6].includes(words.length) && words.every((word) => /^[+-]?\d+(\.\d*)?$/.test(word));

/** Whether a text is meant for a place: as many numbers as one has, and nothing else. */
export const ofNumbers = (text: string): boolean => areNumbers(wordsOf(text));

function degreesOf(words: readonly string[]): number {
  const size = words.reduce((sum, word, place) => sum + Math.abs(Number(word)) / 60 ** place, 0);
  return words[0]?.startsWith('-') ? -size : size;
}
