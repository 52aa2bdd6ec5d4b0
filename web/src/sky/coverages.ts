/** Coverages of tables, as layers of Aladin. */
import { useEffect, useRef } from 'preact/hooks';
import type { Opened } from './aladin';
import { colour } from './layers';

/** Of HEALPix, 28′: finer maps of a large table are megabytes. */
const ORDER = 7;

export function useCoverages(sky: Opened | null, names: readonly string[]) {
  const shown = useRef(new Map<string, object>());
  useEffect(() => {
    if (!sky) return;
    const { aladin, library } = sky;
    for (const [name, moc] of shown.current)
      if (!names.includes(name)) {
        aladin.removeOverlay(moc);
        shown.current.delete(name);
      }
    for (const name of names.filter((each) => !shown.current.has(each))) {
      const address = `/moc/${encodeURIComponent(name)}?order=${ORDER}`;
      const moc = library.MOCFromURL(address, { name, color: colour(name), fill: true, opacity: 0.25, lineWidth: 1 });
      aladin.addMOC(moc);
      shown.current.set(name, moc);
    }
  }, [sky, names]);
}
