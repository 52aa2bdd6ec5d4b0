/** Figures of the databases in words: what the page says of each, the first one largest. */
import type { HomeQuery } from '../documents';
import { count, language, say } from '../words';

export type Figure = NonNullable<HomeQuery['statistics']>[number];

export interface Told {
  /** What is said, with the number set apart. */
  number: string;
  words: string;
  address?: string;
}

interface Line {
  key: string;
  words: string;
  address?: string;
}

const LINES: Record<string, Line[]> = {
  obsportal: [
    { key: 'Exposure count', words: 'exposures', address: '/browse/obsportal.exposure' },
    { key: 'Valid exposure count', words: 'valid exposures', address: '/browse/obsportal.exposure' },
    { key: 'Observation count', words: 'observations', address: '/browse/obsportal.observation' },
    { key: 'Target count', words: 'targets', address: '/browse/obsportal.target' },
  ],
  oidb: [
    { key: 'Granule count', words: 'granules', address: '/browse/oidb.granule' },
    { key: 'Granule count, level 2', words: 'calibrated (level 2)', address: '/browse/oidb.granule?calibLevel=2' },
    { key: 'Granule count, rights public', words: 'with public rights' },
    { key: 'Collection count', words: 'collections', address: '/browse/oidb.collection' },
  ],
  jsdc: [
    { key: 'Star count', words: 'stars', address: '/browse/jsdc.star' },
    { key: 'Star count, with diameter', words: 'with a diameter' },
    { key: 'Calibrator count (CalFlag 0)', words: 'fit to calibrate (CalFlag 0)' },
    { key: 'Bad calibrator count', words: 'unfit to calibrate (BadCal)', address: '/browse/jsdc.badcal' },
  ],
  spica: [
    { key: 'Target count', words: 'targets', address: '/browse/spica.target' },
    { key: 'Program count', words: 'programmes', address: '/spica' },
    { key: 'Run count', words: 'runs', address: '/browse/spica.followup' },
    { key: 'Completion', words: 'of the survey complete' },
  ],
};

const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

/** A time in UTC, as astronomers write it. */
export const moment = (text: string): string => `${text.slice(0, 16).replace('T', ' ')} UTC`;

/** What is said of a database. */
export function told(source: string, figures: readonly Figure[]): Told[] {
  const own = new Map(figures.filter((figure) => figure.source === source).map((figure) => [figure.key, figure]));
  return (LINES[source] ?? []).flatMap(({ key, words, address }) => {
    const figure = own.get(key);
    if (figure?.number == null) return [];
    const number = key === 'Completion' ? percent.format(figure.number) : count(figure.number);
    return [{ number, words: say(words), ...(address && { address }) }];
  });
}

/** When the figures of a database were made, and from when to when it has observations. */
export function dates(source: string, figures: readonly Figure[]): string[] {
  const own = figures.filter((figure) => figure.source === source);
  const day = (key: string) => own.find((figure) => figure.key === key)?.value.slice(0, 10);
  const [first, last, submitted] = ['Exposure Date min', 'Exposure Date max', 'Granule last submission'].map(day);
  const [figure] = own;
  return [
    ...(first && last ? [say('Observed from {first} to {last}', { first, last })] : []),
    ...(submitted ? [say('Last submission on {day}', { day: submitted })] : []),
    ...(figure ? [say('As of {moment}', { moment: moment(figure.computedAt) })] : []),
  ];
}
