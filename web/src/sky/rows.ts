/** The rows in view, as layers of Aladin: asked anew when the sky has moved. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../ask';
import { count, say } from '../words';
import type { Layer, Opened } from './aladin';
import { colour, MOST, TABLES, type Table } from './layers';
import { inView } from './view';

/** Milliseconds of rest after which the sky has moved. */
const PAUSE = 300;

/** What is said of each table: how many of its rows are shown, or why none. */
export function useRows(sky: Opened | null, names: readonly string[], moves: number): Map<string, string> {
  const [notes, setNotes] = useState(new Map<string, string>());
  const layers = useRef(new Map<string, Layer>());
  useEffect(() => {
    if (!sky) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      for (const table of TABLES) {
        if (names.includes(table.name)) show(sky, layerOf(sky, layers.current, table), table, controller.signal, note);
        else layers.current.get(table.name)?.removeAll();
      }
    }, PAUSE);
    const note = (name: string, text: string) => setNotes((known) => new Map(known).set(name, text));
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [sky, names, moves]);
  return notes;
}

function layerOf({ aladin, library }: Opened, layers: Map<string, Layer>, { name, shape }: Table): Layer {
  const known = layers.get(name);
  if (known) return known;
  const layer = library.catalog({ name, color: colour(name), shape, sourceSize: 9, onClick: () => {} });
  aladin.addCatalog(layer);
  layers.set(name, layer);
  return layer;
}

async function show(
  { aladin, library }: Opened,
  layer: Layer,
  table: Table,
  signal: AbortSignal,
  note: (name: string, text: string) => void,
) {
  const variables = { region: inView(aladin.getRaDec(), aladin.getFov()), first: MOST };
  try {
    const { data, errors } = await ask(table.rows, variables, signal);
    const nodes = data?.rows?.nodes ?? [];
    const placed = nodes.flatMap(({ name, ra, dec }) =>
      ra == null || dec == null ? [] : [library.source(ra, dec, { name: name ?? '', table: table.name })],
    );
    layer.removeAll();
    layer.addSources(placed);
    note(table.name, errors[0]?.message ?? counted(nodes.length, data?.rows?.totalCount ?? 0));
  } catch (error) {
    if (!signal.aborted) note(table.name, (error as Error).message);
  }
}

const counted = (shown: number, all: number): string =>
  shown < all
    ? say('{n} of {all} in view: look closer for all', { n: count(shown), all: count(all) })
    : say('{n} in view', { n: count(all) });
