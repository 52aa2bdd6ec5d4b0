/** The sky in Aladin Lite: layers, a box to go somewhere, areas that lead to Browse; what is shown is in the address. */
import type { TargetedKeyboardEvent, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asked, follow, tell } from '../address';
import { starAddress } from '../parts/destination';
import { locate } from '../parts/place';
import { type Region, regionParameters } from '../parts/region';
import { separation, turned } from '../parts/sphere';
import { say } from '../words';
import { type Opened, opened, type Source } from './aladin';
import { useCoverages } from './coverages';
import { TABLES } from './layers';
import { type Kind, Layers } from './legend';
import { useProgressive } from './progressive';
import { useRows } from './rows';
import { inView, regionDrawn, type View, viewOf, viewParameters } from './view';

export function SkyPage() {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(() => viewOf(asked()));
  const [sky, setSky] = useState<Opened | null>(null);
  const [moves, setMoves] = useState(0);
  const [failure, setFailure] = useState('');
  const [source, setSource] = useState<Source | null>(null);
  const [region, setRegion] = useState<Region | null>(null);
  const notes = useRows(sky, view.rows, moves);
  useProgressive(sky, view.all);
  useCoverages(sky, view.coverages);

  useEffect(() => {
    if (place.current) opened(place.current, view.centre, view.fov).then(setSky, (error) => setFailure(String(error)));
  }, []);
  useEffect(() => {
    if (!sky) return;
    const { aladin } = sky;
    const move = () => {
      setMoves((number) => number + 1);
      setView((known) => ({ ...known, centre: [...aladin.getRaDec()], fov: aladin.getFov()[0] }));
    };
    aladin.on('positionChanged', move);
    aladin.on('zoomChanged', move);
    aladin.on('objectClicked', setSource);
    return follow(() => {
      show(viewOf(asked()));
    });
  }, [sky]);
  useEffect(() => {
    const timer = setTimeout(() => tell(viewParameters(view)), 200);
    return () => clearTimeout(timer);
  }, [view]);

  const show = (next: View) => {
    setView(next);
    sky?.aladin.gotoRaDec(...next.centre);
    sky?.aladin.setFoV(next.fov);
    setMoves((number) => number + 1);
  };
  const go = async (text: string) => {
    setFailure('');
    try {
      const found = await locate(text);
      if (!found) return setFailure(say('Nothing is called so'));
      const next = { ...view, centre: [...found.place] as [number, number], fov: Math.min(view.fov, CLOSE) };
      tell(viewParameters(next), { step: true });
      show(next);
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  const draw = (shape: 'circle' | 'rect' | 'poly') =>
    sky?.aladin.select(shape, (drawn) => {
      const found = regionDrawn(drawn, (x, y) => sky.aladin.pix2world(x, y, 'icrs'), separation);
      setRegion(found);
      setFailure(found ? '' : say('Some of this area is beside the sky'));
    });
  const key = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const [east, north, zoom] = KEYS[event.key] ?? [0, 0, 1];
    if (!sky || !(event.key in KEYS)) return;
    event.preventDefault();
    const [ra, dec] = view.centre;
    const step = view.fov / 10;
    const across = Math.max(0.05, Math.cos((dec * Math.PI) / 180));
    const centre: [number, number] = [
      turned(ra + (east * step) / across),
      Math.max(-90, Math.min(90, dec + north * step)),
    ];
    show({ ...view, centre, fov: Math.min(WIDEST, view.fov * zoom) });
  };
  const choose = (kind: Kind, name: string, on: boolean) =>
    setView((known) => ({
      ...known,
      [kind]: on ? [...known[kind], name] : known[kind].filter((each) => each !== name),
    }));

  return (
    <>
      <div class="sky-tools">
        <GoTo go={go} />
        <fieldset>
          <legend>{say('Choose an area')}</legend>
          <button type="button" onClick={() => draw('rect')}>
            {say('box')}
          </button>
          <button type="button" onClick={() => draw('circle')}>
            {say('circle')}
          </button>
          <button type="button" onClick={() => draw('poly')}>
            {say('polygon')}
          </button>
          <button type="button" onClick={() => sky && setRegion(inView(sky.aladin.getRaDec(), sky.aladin.getFov()))}>
            {say('all in view')}
          </button>
        </fieldset>
      </div>
      <div class="sky-told" role="status">
        {failure && <p class="missing">{failure}</p>}
        {region && <Chosen region={region} names={view.rows} />}
        {source && <Clicked source={source} />}
      </div>
      <p class="on-paper">
        {say('Around {place} (ICRS), {width}° wide. The map is for the screen; what is in it, in rows, is in Browse.', {
          place: view.centre.map((angle) => `${angle.toFixed(4)}°`).join(' '),
          width: Number(view.fov.toPrecision(3)),
        })}
      </p>
      <div class="sky-beside">
        <section
          class="sky-screen"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move what is shown in it
          tabIndex={0}
          aria-label={say('The sky, in Aladin Lite: arrow keys move it, plus and minus change its width.')}
          onKeyDown={key}
        >
          <div ref={place} class="sky-aladin" />
          {!sky && !failure && <p class="sky-loading">{say('Loading Aladin Lite…')}</p>}
        </section>
        <Layers view={view} notes={notes} choose={choose} />
      </div>
    </>
  );
}

/** Degrees: the width at which a place is shown that one goes to, and the greatest that keys make. */
const CLOSE = 5;
const WIDEST = 180;
const KEYS: Record<string, [east: number, north: number, zoom: number]> = {
  ArrowLeft: [1, 0, 1],
  ArrowRight: [-1, 0, 1],
  ArrowUp: [0, 1, 1],
  ArrowDown: [0, -1, 1],
  '+': [0, 0, 0.7],
  '-': [0, 0, 1 / 0.7],
};

function GoTo({ go }: { go: (text: string) => void }) {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    go(String(new FormData(event.currentTarget).get('place') ?? ''));
  };
  return (
    <form onSubmit={submit}>
      <label>
        {say('Name or place')} <input name="place" type="search" required placeholder="eps Gem" />
      </label>{' '}
      <button type="submit">{say('Go')}</button>
    </form>
  );
}

function Chosen({ region, names }: { region: Region; names: readonly string[] }) {
  const entries = Object.entries(regionParameters(region)).filter((each): each is [string, string] => each[1] !== null);
  const parameters = new URLSearchParams(entries);
  return (
    <p class="chosen">
      {say('Browse what is in this area:')}{' '}
      {(names.length ? names : TABLES.map(({ name }) => name)).map((name) => (
        <a key={name} href={`/browse/${name}?${parameters}`}>
          {name}
        </a>
      ))}
    </p>
  );
}

/** Columns that names are in. */
const NAMES = ['name', 'Name', 'target_name', 'target_main_id'];

function Clicked({ source }: { source: Source }) {
  const name = NAMES.map((column) => source.data[column]).find(Boolean);
  const table = source.data.table ?? source.catalog?.name;
  return (
    <p>
      <a href={starAddress(name ?? '')}>{name}</a> <small>{table}</small>
    </p>
  );
}
