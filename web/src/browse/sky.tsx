/** Where on the sky: around a name or a place, or in a box. */
import type { ComponentType } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { say } from '../words';
import { RADIUS, type State } from './state';
import type { Table } from './table';

interface SkyProps {
  table: Table;
  state: State;
  change: (part: Partial<State>) => void;
}

/** The fields of a box, and what they are called. */
const BOX = {
  ra: 'Right ascension of the centre of the box',
  dec: 'Declination of the centre of the box',
  width: 'Width of the box',
  height: 'Height of the box',
};

export function Sky({ table, state, change }: SkyProps) {
  const { place, radius, box, polygon } = state;
  const read = (form: HTMLFormElement, name: string) => String(new FormData(form).get(name) ?? '').trim();
  const open = useRef(false);
  open.current ||= Boolean(place || box.length || polygon.length); // what is open has the map in it: it stays so
  return (
    <details class="facet" open={open.current}>
      <summary>{say('Where on the sky')}</summary>
      <form
        class="field"
        key={`${place} ${radius}`}
        onSubmit={(event) => {
          event.preventDefault();
          change({
            place: read(event.currentTarget, 'place'),
            radius: Number(read(event.currentTarget, 'radius')) || RADIUS,
          });
        }}
      >
        <input
          name="place"
          aria-label={say('Around (name, or place)')}
          placeholder={say('HD 48329, or 100.98 +25.13')}
          defaultValue={place}
        />
        <input
          name="radius"
          class="narrow"
          inputMode="decimal"
          aria-label={say('Radius [deg]')}
          defaultValue={String(radius)}
        />
        <span class="unit">deg</span>
        <button type="submit">{say('Set')}</button>
      </form>
      <form
        class="field"
        key={box.join()}
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const values = Object.keys(BOX).map((name) => read(form, name));
          change({ box: values.every(Boolean) ? values.map(Number) : [], polygon: [] });
        }}
      >
        <span class="hint">{say('Box [deg]')}</span>
        {Object.entries(BOX).map(([name, title], at) => (
          <input
            key={name}
            name={name}
            class="narrow"
            inputMode="decimal"
            aria-label={say(title)}
            defaultValue={String(box[at] ?? '')}
          />
        ))}
        <button type="submit">{say('Set')}</button>
      </form>
      <OnMap table={table} choose={change} />
      {(place || box.length > 0 || polygon.length > 0) && (
        <button type="button" class="quiet" onClick={() => change({ place: '', radius: RADIUS, box: [], polygon: [] })}>
          {say('Anywhere')}
        </button>
      )}
    </details>
  );
}

type Dialog = ComponentType<{ table: Table; choose: SkyProps['change']; close: () => void }>;

/** The map is read when it is first wanted. */
function OnMap({ table, choose }: { table: Table; choose: SkyProps['change'] }) {
  const [Shown, setShown] = useState<Dialog | null>(null);
  const show = async () => {
    const { SkyDialog } = await import('./map');
    setShown(() => SkyDialog);
  };
  return (
    <>
      <button type="button" class="quiet" onClick={show}>
        {say('On a map…')}
      </button>
      {Shown && <Shown table={table} choose={choose} close={() => setShown(null)} />}
    </>
  );
}
