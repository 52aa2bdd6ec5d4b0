/** The tables whose rows are shown on the sky, with the documents that ask for those in view. */
import type { Document } from '../ask';
import {
  SkyBadCalibratorsDocument,
  SkyGranulesDocument,
  SkyPrimariesDocument,
  SkyStarsDocument,
  SkySurveyDocument,
  SkyTargetsDocument,
} from '../documents';
import type { Region } from '../parts/region';

interface Row {
  name: string | null;
  ra: number | null;
  dec: number | null;
}
interface Rows {
  rows: { totalCount: number; nodes: Row[] } | null;
}

export interface Table {
  name: string;
  what: string;
  rows: Document<Rows, { region: Region; first: number }>;
  shape: string;
}

/** Rows of one table that are shown at a time. */
export const MOST = 1000;

export const TABLES: Table[] = [
  { name: 'jsdc.star', what: 'Stars of JSDC, the brightest first', rows: SkyStarsDocument, shape: 'circle' },
  { name: 'obsportal.target', what: 'Targets that were observed', rows: SkyTargetsDocument, shape: 'square' },
  { name: 'oidb.granule', what: 'Data in OiDB', rows: SkyGranulesDocument, shape: 'rhomb' },
  { name: 'spica.target', what: 'Targets of the SPICA survey', rows: SkySurveyDocument, shape: 'triangle' },
  { name: 'spica.calprim', what: 'Primary calibrators of the survey', rows: SkyPrimariesDocument, shape: 'plus' },
  { name: 'jsdc.badcal', what: 'Stars unfit to calibrate', rows: SkyBadCalibratorsDocument, shape: 'cross' },
];

/** On the dark sky, whatever the page is: those of the page at night. */
const COLOURS = ['#8ec5ff', '#ffc078', '#7fd8c8', '#d3a6f2', '#f4f4a0', '#ff9b93'];
/** That of a table; of one that is none of those above, by its name. */
export function colour(name: string): string {
  const listed = TABLES.findIndex((table) => table.name === name);
  const number = listed >= 0 ? listed : [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return COLOURS[number % COLOURS.length] ?? '#c6d0db';
}
