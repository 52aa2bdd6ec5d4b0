/** The layers to choose from: rows and coverages of the tables, and coverages of those that the centre has published. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { PositionedTablesDocument } from '../documents';
import { say } from '../words';
import { colour, TABLES } from './layers';

export type Kind = 'rows' | 'all' | 'coverages';

const WORDS: Record<Kind, string> = { rows: 'rows', all: 'all, the closer the more', coverages: 'coverage' };

interface LegendProps {
  view: Record<Kind, string[]>;
  notes: Map<string, string>;
  choose: (kind: Kind, name: string, on: boolean) => void;
}

interface Layer {
  name: string;
  what: string;
  kinds: readonly Kind[];
}

export function Layers({ view, notes, choose }: LegendProps) {
  const published = usePublished();
  const own = TABLES.map(({ name, what }): Layer => ({ name, what: say(what), kinds: ['rows', 'all', 'coverages'] }));
  return (
    <section class="sky-layers" aria-labelledby="layers">
      <h2 id="layers">{say('Layers')}</h2>
      {[...own, ...published].map(({ name, what, kinds }) => (
        <fieldset key={name}>
          <legend>
            <span class="sky-swatch" style={{ background: colour(name) }} aria-hidden="true" /> {what}
          </legend>
          {kinds.map((kind) => (
            <label key={kind}>
              <input
                type="checkbox"
                checked={view[kind].includes(name)}
                onChange={(event) => choose(kind, name, event.currentTarget.checked)}
              />{' '}
              {say(WORDS[kind])}
            </label>
          ))}
          <small aria-live="polite">{view.rows.includes(name) ? (notes.get(name) ?? '') : ''}</small>
        </fieldset>
      ))}
    </section>
  );
}

/** Tables that were published and are somewhere on the sky: no document of the page asks for their rows. */
function usePublished(): Layer[] {
  const [layers, setLayers] = useState<Layer[]>([]);
  useEffect(() => {
    ask(PositionedTablesDocument, {}).then(
      ({ data }) => setLayers((data?.tables ?? []).filter(isPublished).map(layerOf)),
      () => {}, // the layers of the page itself are there
    );
  }, []);
  return layers;
}

const isPublished = ({ source, positioned }: { source: string; positioned: boolean }) =>
  positioned && source === 'published';
const layerOf = ({ name, description }: { name: string; description: string }): Layer => ({
  name,
  what: description || name,
  kinds: ['all', 'coverages'],
});
