/** Matches the places of a list with all databases. */
import { type Answer, ask } from '../ask';
import { CompareDocument, CompareNearestDocument, type CompareNearestQuery } from '../documents';
import { locate } from '../parts/place';
import type { Place } from '../parts/sphere';
import { say } from '../words';
import type { Entry } from './list';

type Node = NonNullable<CompareNearestQuery['crossmatch']>['nodes'][number];
export type Table = Node['table'];

export const TABLES: { table: Table; name: string; title: string }[] = [
  { table: 'JSDC_STAR', name: 'jsdc.star', title: 'JSDC' },
  { table: 'OBSPORTAL_TARGET', name: 'obsportal.target', title: 'Obs Portal' },
  { table: 'OIDB_GRANULE', name: 'oidb.granule', title: 'OiDB' },
  { table: 'SPICA_TARGET', name: 'spica.target', title: 'SPICA-DB' },
];

export interface Match {
  /** Of the nearest row. */
  name: string;
  /** Arcseconds. */
  separation: number;
  /** How many rows are as near as asked. */
  rows: number;
}

export interface Compared {
  label: string;
  place: Place | null;
  /** Why there is no place, or what else it may be. */
  problem: string;
  matches: Partial<Record<Table, Match>>;
}

export interface Comparison {
  rows: Compared[];
  /** What some database could not say. */
  errors: string[];
}

const PAGE = 1000;
/** Names that are asked at a time. */
const AT_ONCE = 6;

/** Find the place of each name, then what is near each place; `done` hears how many names have been asked. */
export async function compared(
  entries: readonly Entry[],
  radius: number,
  done: (number: number) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  const rows = await placed(entries, done, signal);
  const known = rows.filter((row) => row.place);
  const positions = known.map(({ place }): [number, number] => [...(place ?? [0, 0])] as [number, number]);
  if (!positions.length) return { rows, errors: [] };
  const variables = { positions, radius, tables: TABLES.map(({ table }) => table) };
  const [all, nearest] = await Promise.all([ask(CompareDocument, variables, signal), nearestOf(variables, signal)]);
  const counts = counted(all.data?.crossmatch?.rows);
  for (const { position, table, separation, ...row } of nearest.nodes) {
    const rows = counts.get(`${position} ${table}`) ?? 1;
    const match = { name: nameOf(row), separation: separation ?? 0, rows };
    const compared = known[position];
    if (compared) compared.matches[table] = match;
  }
  const errors = [...all.errors, ...nearest.errors].map(({ message }) => message);
  return { rows, errors: [...new Set(errors)] };
}

type Named = Pick<Node, 'star' | 'target' | 'granule' | 'spicaTarget'>;
const nameOf = ({ star, target, granule, spicaTarget }: Named): string =>
  star?.name ?? target?.targetName ?? granule?.targetName ?? spicaTarget?.targetMainId ?? '';

async function placed(entries: readonly Entry[], done: (number: number) => void, signal: AbortSignal) {
  const rows = entries.map(({ label, place, problem = '' }): Compared => ({ label, place, problem, matches: {} }));
  const waiting = rows.filter(({ place, problem }) => !place && !problem);
  let asked = 0;
  const work = async () => {
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      await find(row, signal);
      asked += 1;
      done(asked);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rows;
}

async function find(row: Compared, signal: AbortSignal) {
  try {
    const found = await locate(row.label, signal);
    row.place = found?.place ?? null;
    row.problem = !found
      ? say('Nothing is called so')
      : found.others.length
        ? say('The likeliest: {names} are called so too', { names: found.others.join(', ') })
        : '';
  } catch (error) {
    if (signal.aborted) throw error;
    row.problem = (error as Error).message;
  }
}

/** How many matches each place has in each table, of `[position, table, separation, key]`. */
function counted(rows: unknown): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [position, table] of (rows ?? []) as [number, number][]) {
    const key = `${position} ${TABLES[table]?.table}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function nearestOf(
  variables: { positions: [number, number][]; radius: number; tables: Table[] },
  signal: AbortSignal,
) {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const answer: Answer<CompareNearestQuery> = await ask(
      CompareNearestDocument,
      { ...variables, first: PAGE, after },
      signal,
    );
    const page = answer.data?.crossmatch;
    nodes.push(...(page?.nodes ?? []));
    if (!page?.pageInfo.hasNextPage) return { nodes, errors: answer.errors };
    after = page.pageInfo.endCursor ?? null;
  }
}
