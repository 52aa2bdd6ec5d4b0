/** An area of the sky, chosen on a map that shows what the table covers. */
import { useEffect, useRef } from 'preact/hooks';
import { type Moc, mocOf } from '../parts/moc';
import { type Region, regionOf } from '../parts/region';
import { SkyMap } from '../parts/sky-map';
import '../parts/sky-map.css';
import { say } from '../words';
import { useAnswer } from './asked';
import { RADIUS, type State } from './state';
import type { Table } from './table';

interface MapProps {
  table: Table;
  choose: (part: Partial<State>) => void;
  close: () => void;
}

/** Of HEALPix, of the cells that are drawn. */
const ORDER = 5;

export function SkyDialog({ table, choose, close }: MapProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { value: moc, failure } = useAnswer((signal) => coverage(table.name, signal), [table.name]);
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby="map-title" onClose={close}>
      <form method="dialog">
        <h2 id="map-title">{say('Where on the sky')}</h2>
        {failure && <p class="missing">{failure}</p>}
        <SkyMap
          label={say('What {table} covers', { table: table.name })}
          coverages={moc ? [{ name: table.name, moc, series: 0 }] : []}
          region={regionOf(new URLSearchParams(location.search))}
          choose={(region) => choose(partOf(region))}
        />
        <p>
          <button type="submit">{say('Close')}</button>
        </p>
      </form>
    </dialog>
  );
}

async function coverage(table: string, signal: AbortSignal): Promise<Moc> {
  const response = await fetch(`/moc/${table}?format=ascii&order=${ORDER}`, { signal });
  if (!response.ok) throw new Error(say('What the table covers is not known at the moment'));
  return mocOf(await response.text());
}

/** What the address says of an area. */
export function partOf(region: Region | null): Partial<State> {
  const none = { place: '', radius: RADIUS, box: [], polygon: [] };
  if (!region) return none;
  if ('polygon' in region) return { ...none, polygon: region.polygon.flat() };
  if ('circle' in region) {
    const { ra, dec, radius } = region.circle;
    return { ...none, place: `${ra} ${dec}`, radius };
  }
  const { ra, dec, width, height } = region.box;
  return { ...none, box: [ra, dec, width, height] };
}
