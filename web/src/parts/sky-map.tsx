/** A map of the whole sky: coverages, points, and an area that the reader chooses by pointer or by keys. */
import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { say } from '../words';
import { dms, hms } from './angle';
import { coarsened, fraction, type Moc, shapes } from './moc';
import { areas, lines, project, unproject } from './mollweide';
import { outline, type Region } from './region';
import { keyed, type Shape, spanned } from './sky-choice';
import { galacticPlane, graticule } from './sky-lines';
import { type Place, separation } from './sphere';

export interface Coverage {
  name: string;
  moc: Moc;
  /** Of the colours `s0` to `s7`. */
  series: number;
}

export interface MapPoint {
  ra: number;
  dec: number;
  name: string;
  series?: number;
}

interface Given {
  label: string;
  coverages?: readonly Coverage[];
  points?: readonly MapPoint[];
  region?: Region | null;
  /** Right ascension in the middle, degrees. */
  middle?: number;
  /** Where the reader may choose an area: called with it, or with null for none. */
  choose?: (region: Region | null) => void;
}

const SCALE = 100;
/** Order of HEALPix of the smallest cells that are drawn, 1.8°. */
const FINEST = 5;
/** Part of the sky from which on a coverage is ground for the others. */
const WIDE = 0.2;
/** Degrees within which a point is the one that is pointed at. */
const NEAR = 2;
const HOURS = [0, 4, 8, 12, 16, 20];
const PARALLELS = [-60, -30, 30, 60];

export function SkyMap({ label, coverages = [], points = [], region = null, middle = 0, choose }: Given) {
  const clip = useId();
  const drawn = useRef<SVGSVGElement>(null);
  const [shape, setShape] = useState<Shape>('circle');
  const [cursor, setCursor] = useState<Place | null>(null);
  const [size, setSize] = useState(5);
  const [from, setFrom] = useState<Place | null>(null);
  const [draft, setDraft] = useState<Region | null>(null);
  const [pointed, setPointed] = useState<Place | null>(null);
  const covered = useMemo(
    () =>
      coverages.map(({ moc, series }) => {
        const seen = coarsened(moc, FINEST);
        const wide = fraction(seen) > WIDE ? 'sky-wide' : '';
        return { path: areas(shapes(seen), middle, SCALE), series, look: `sky-cells ${wide} s${series}` };
      }),
    [coverages, middle],
  );

  const placeAt = (event: TargetedPointerEvent<SVGSVGElement>): Place | null => {
    const matrix = drawn.current?.getScreenCTM();
    if (!matrix) return null;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return unproject([x / SCALE, y / SCALE], middle);
  };
  const moved = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const place = placeAt(event);
    setPointed(place);
    if (from && place) setDraft(spanned(shape, from, place));
  };
  const pressed = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const place = placeAt(event);
    if (!choose || !place || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setFrom(place);
    setCursor(place);
  };
  const released = () => {
    if (from && draft) choose?.(draft);
    setFrom(null);
    setDraft(null);
  };
  const key = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const did = keyed(event.key, event.shiftKey, cursor ?? [middle, 0], size, shape);
    if (!did || !choose) return;
    event.preventDefault();
    setPointed(null);
    setCursor(did.cursor);
    setSize(did.size);
    setDraft(did.chosen === undefined ? did.draft : null);
    if (did.chosen !== undefined) choose(did.chosen);
  };

  const at = pointed ?? cursor;
  const named = at && points.find(({ ra, dec }) => separation(at, [ra, dec]) < NEAR);
  const edge = draft ?? region;
  const operable = choose
    ? { role: 'application' as const, tabIndex: 0, 'aria-label': `${label}. ${say(KEYS)}`, onKeyDown: key }
    : {};
  return (
    <div class="sky-map">
      {choose && <Shapes shape={shape} pick={setShape} />}
      <div class={choose ? 'sky choosing' : 'sky'} {...operable}>
        <svg
          ref={drawn}
          viewBox="-206 -104 412 208"
          role="img"
          aria-label={label}
          onPointerMove={moved}
          onPointerDown={pressed}
          onPointerUp={released}
          onPointerLeave={() => setPointed(null)}
        >
          <clipPath id={clip}>
            <ellipse rx={2 * SCALE} ry={SCALE} />
          </clipPath>
          <ellipse class="sky-ground" rx={2 * SCALE} ry={SCALE} />
          <g clip-path={`url(#${clip})`}>
            {covered.map(({ path, series, look }) => (
              <path key={series} class={look} d={path} />
            ))}
          </g>
          <Lines middle={middle} />
          {points.map((point) => (
            <Dot key={`${point.name} ${point.ra} ${point.dec}`} point={point} middle={middle} />
          ))}
          {edge && <path class="sky-area" d={lines(outline(edge), middle, SCALE)} />}
          {choose && cursor && <Cross at={cursor} middle={middle} />}
          <ellipse class="sky-edge" rx={2 * SCALE} ry={SCALE} />
        </svg>
      </div>
      <p class="sky-readout" aria-live={pointed ? 'off' : 'polite'}>
        {at ? `${hms(at[0], 0)} ${dms(at[1])}${named ? ` · ${named.name}` : ''}` : '\u00a0'}
      </p>
    </div>
  );
}

const KEYS =
  'Arrow keys move the cross, with Shift by 1°; plus and minus change the size; Enter chooses the area, Delete none.';

function Shapes({ shape, pick }: { shape: Shape; pick: (shape: Shape) => void }) {
  const group = useId();
  return (
    <fieldset class="sky-shapes">
      <legend>{say('Drag from the centre to choose a')}</legend>
      {(['circle', 'box'] as const).map((each) => (
        <label key={each}>
          <input type="radio" name={group} checked={each === shape} onChange={() => pick(each)} />{' '}
          {each === 'circle' ? say('circle') : say('box')}
        </label>
      ))}
    </fieldset>
  );
}

function Lines({ middle }: { middle: number }) {
  const paths = useMemo(() => [graticule(middle, SCALE), galacticPlane(middle, SCALE)], [middle]);
  return (
    <>
      <path class="sky-grid" d={paths[0]} />
      <path class="sky-galaxy" d={paths[1]} />
      {HOURS.map((hour) => {
        const [x, y] = project([hour * 15, 0], middle);
        return (
          <text key={hour} class="sky-label" x={x * SCALE} y={y * SCALE - 2} text-anchor="middle">
            {hour}h
          </text>
        );
      })}
      {PARALLELS.map((dec) => {
        const [x, y] = project([middle, dec], middle);
        return (
          <text key={dec} class="sky-label" x={x * SCALE + 2} y={y * SCALE - 2}>
            {dec > 0 ? `+${dec}°` : `${dec}°`}
          </text>
        );
      })}
    </>
  );
}

function Dot({ point, middle }: { point: MapPoint; middle: number }) {
  const [x, y] = project([point.ra, point.dec], middle);
  return (
    <circle class={`sky-point s${point.series ?? 1}`} cx={x * SCALE} cy={y * SCALE} r="1.6">
      <title>{point.name}</title>
    </circle>
  );
}

function Cross({ at, middle }: { at: Place; middle: number }) {
  const [x, y] = project(at, middle);
  return <path class="sky-cross" d={`M${x * SCALE - 5} ${y * SCALE}h10m-5 -5v10`} />;
}
