/** Lists of what is to be compared: names and places a line, CSV with a header, or a VOTable. */
import { ofNumbers, placeOf } from '../parts/angle';
import type { Place } from '../parts/sphere';
import { say } from '../words';

export interface Entry {
  /** As the list has it. */
  label: string;
  place: Place | null;
  /** Why what is meant for a place is none. */
  problem?: string;
}

export interface Column {
  name: string;
  ucd: string;
}

/** Rows of more than so many lines are refused: the door `/xmatch/list` takes 100 000. */
export const MOST = 5000;

const RA = /^(_?ra(_?icrs|_?j2000|j2000|deg|_deg)?|s_ra|raj2000|alpha)$/i;
const DEC = /^(_?dec?(_?icrs|_?j2000|j2000|deg|_deg)?|s_dec|dej2000|delta)$/i;
const NAME = /^(name|main_?id|target(_?name)?|object|star|source|designation)$/i;
/** What is a name only where nothing else is: most are numbers of rows. */
const NUMBER = /^id$/i;

/** The entries of a text that was typed, pasted or read; throws what the reader should do where there are none. */
export function entriesOf(text: string): Entry[] {
  const found = /^\s*<(\?xml|VOTABLE)/i.test(text) ? votable(text) : plain(text);
  if (!found.length) throw new Error(say('The list is empty'));
  if (found.length > MOST)
    throw new Error(say('The list has {n} rows: up to {most} are compared here', { n: found.length, most: MOST }));
  return found;
}

function plain(text: string): Entry[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() && !line.startsWith('#'));
  const [head, ...rows] = lines.map(cells);
  const columns = (head ?? []).map((name) => ({ name: name.trim(), ucd: '' }));
  const known =
    columns.length > 1 && columns.some(({ name }) => [RA, NAME, NUMBER].some((called) => called.test(name)));
  if (known) return table(columns, rows);
  return lines.map((line) => ({ label: line.trim(), ...placed(line) }));
}

/** The place of a text; or why it is none, though it is of numbers alone. */
function placed(text: string): Pick<Entry, 'place' | 'problem'> {
  const place = placeOf(text);
  return place || !ofNumbers(text) ? { place } : { place, problem: say(NOWHERE) };
}

const NOWHERE = 'This is no place: from 0 to 360° of right ascension and from -90 to 90° of declination are wanted';

/** The cells of a line of CSV (RFC 4180), apart by tabs, semicolons or commas. */
function cells(line: string): string[] {
  const apart = ['\t', ';', ','].find((each) => line.includes(each)) ?? ',';
  const pattern = new RegExp(`(?:"((?:[^"]|"")*)"|([^${apart}]*))(?:${apart}|$)`, 'gy');
  const found = [...line.matchAll(pattern)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
  return line.endsWith(apart) ? found : found.slice(0, -1);
}

/** The entries of rows, by the columns that have the place and the name. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): Entry[] {
  const at = (ucd: string, name: RegExp) => {
    const alike = (column: Column) => column.ucd.startsWith(ucd) || name.test(column.name);
    const places = [
      columns.findIndex((column) => column.ucd.startsWith(ucd) && column.ucd.endsWith('meta.main')),
      columns.findIndex((column) => alike(column) && !NUMBER.test(column.name)),
      columns.findIndex((column) => alike(column) || (ucd === 'meta.id' && NUMBER.test(column.name))),
    ];
    return places.find((place) => place >= 0) ?? -1;
  };
  const [ra, dec, name] = [at('pos.eq.ra', RA), at('pos.eq.dec', DEC), at('meta.id', NAME)];
  if (name < 0 && (ra < 0 || dec < 0))
    throw new Error(say('No column is a name, nor two of them a place: call them name, or ra and dec'));
  return rows.map((row, number) => {
    const found = ra >= 0 && dec >= 0 ? placeIn(row[ra] ?? '', row[dec] ?? '') : { place: null };
    return { label: (row[name] ?? '').trim() || `${number + 1}`, ...found };
  });
}

function placeIn(ra: string, dec: string): Pick<Entry, 'place' | 'problem'> {
  const [east, north] = [ra, dec].map((text) => (text.trim() ? Number(text) : Number.NaN)) as [number, number];
  if (Number.isFinite(east) && Number.isFinite(north))
    return east >= 0 && east <= 360 && Math.abs(north) <= 90
      ? { place: [east, north] }
      : { place: null, problem: say(NOWHERE) };
  return placed(`${ra} ${dec}`);
}

function votable(text: string): Entry[] {
  const document = new DOMParser().parseFromString(text, 'text/xml');
  const all = (parent: Document | Element, name: string) => [...parent.querySelectorAll(name)];
  const [found] = all(document, 'TABLE');
  if (!found || all(document, 'parsererror').length) throw new Error(say('This is no VOTable that can be read'));
  if (!all(found, 'TABLEDATA').length)
    throw new Error(say('The rows of this VOTable are not TABLEDATA: save it again as TABLEDATA, or as CSV'));
  const columns = all(found, 'FIELD').map((field) => ({
    name: field.getAttribute('name') ?? '',
    ucd: (field.getAttribute('ucd') ?? '').toLowerCase(),
  }));
  const rows = all(found, 'TR').map((row) => all(row, 'TD').map((cell) => cell.textContent ?? ''));
  return table(columns, rows);
}
