/** All rows of tables, as layers of Aladin that ask for more of them the closer one looks: our HiPS at `/hips`. */
import { useEffect, useRef } from 'preact/hooks';
import type { Opened, Progressive } from './aladin';
import { colour, TABLES } from './layers';

export function useProgressive(sky: Opened | null, names: readonly string[]) {
  const shown = useRef(new Map<string, Progressive>());
  useEffect(() => {
    if (!sky) return;
    const { aladin, library } = sky;
    for (const [name, layer] of shown.current) {
      if (names.includes(name)) layer.show();
      else layer.hide();
    }
    for (const name of names.filter((each) => !shown.current.has(each))) {
      const shape = TABLES.find((table) => table.name === name)?.shape ?? 'circle';
      const options = { name, color: colour(name), shape, sourceSize: 6, onClick: () => {} };
      const layer = library.catalogHiPS(`${location.origin}/hips/${encodeURIComponent(name)}`, options);
      aladin.addCatalog(layer);
      shown.current.set(name, layer);
    }
  }, [sky, names]);
}
