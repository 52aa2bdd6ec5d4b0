/** Altitudes over a night: twilight, the Moon, and targets, thick where they can be observed. */
import { say } from '../words';
import { across, clock, endOf, type Frame, hours, type Interval, type Night, path, pathWithin, up } from './altitude';

export interface Twilight {
  sunAltitude: number | null;
  evening: string | null;
  morning: string | null;
}

export interface Curve {
  spicadbId: number;
  targetMainId: string | null;
  altitudes: number[];
  intervals: Interval[];
}

interface Props {
  night: Night;
  twilights: Twilight[];
  moon: number[];
  lowest: number;
  curves: Curve[];
}

const [WIDTH, HEIGHT] = [1000, 330];
const FRAME: Frame = { left: 34, top: 8, width: 956, height: 290 };
const COLOURS = 8;
const ALTITUDES = [0, 15, 30, 45, 60, 75, 90];
export const colour = (place: number) => `s${place % COLOURS}`;

export function AltitudePlot({ night, twilights, moon, lowest, curves }: Props) {
  const names = curves.map((curve) => curve.targetMainId ?? curve.spicadbId).join(', ');
  return (
    <svg
      class="plot altitudes"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={say('Altitude over the night of: {names}', { names: names || say('nothing') })}
      data-start={night.start}
      data-end={endOf(night)}
    >
      <Shades night={night} frame={FRAME} twilights={twilights} />
      <rect class="frame" x={FRAME.left} y={FRAME.top} width={FRAME.width} height={FRAME.height} />
      {ALTITUDES.map((altitude) => (
        <g key={altitude}>
          <line
            class="guide"
            x1={FRAME.left}
            x2={FRAME.left + FRAME.width}
            y1={up(FRAME, altitude)}
            y2={up(FRAME, altitude)}
          />
          <text class="axis" x={FRAME.left - 6} y={up(FRAME, altitude) + 4} text-anchor="end">
            {altitude}°
          </text>
        </g>
      ))}
      {hours(night).map((hour) => (
        <text key={hour} class="axis" x={across(night, FRAME, hour)} y={HEIGHT - 16} text-anchor="middle">
          {clock(hour)}
        </text>
      ))}
      <text class="axis" x={FRAME.left + FRAME.width} y={HEIGHT - 2} text-anchor="end">
        {say('UTC')}
      </text>
      <line
        class="lowest"
        x1={FRAME.left}
        x2={FRAME.left + FRAME.width}
        y1={up(FRAME, lowest)}
        y2={up(FRAME, lowest)}
      />
      <path class="moon" d={path(night, FRAME, moon)}>
        <title>{say('Moon')}</title>
      </path>
      {curves.map((curve, place) => (
        <g key={curve.spicadbId} class={colour(place)} data-target={curve.spicadbId}>
          <path class="line faint" d={path(night, FRAME, curve.altitudes)}>
            <title>{curve.targetMainId}</title>
          </path>
          {curve.intervals.map((interval) => (
            <path key={interval.start} class="line thick" d={pathWithin(night, FRAME, curve.altitudes, interval)}>
              <title>{`${curve.targetMainId} ${clock(interval.start)}–${clock(interval.end)}`}</title>
            </path>
          ))}
        </g>
      ))}
    </svg>
  );
}

const SMALL: Frame = { left: 0, top: 1, width: 180, height: 26 };

/** The same of one target, in a row of the list. */
export function SmallPlot({ night, twilights, curve }: { night: Night; twilights: Twilight[]; curve: Curve }) {
  const seen = curve.intervals.map((one) => `${clock(one.start)}–${clock(one.end)}`).join(', ');
  return (
    <svg class="small altitudes" viewBox="0 0 180 28" role="img" aria-label={seen || say('not observable')}>
      <Shades night={night} frame={SMALL} twilights={twilights} />
      <path class="line faint" d={path(night, SMALL, curve.altitudes)} />
      {curve.intervals.map((interval) => (
        <path key={interval.start} class="line thick" d={pathWithin(night, SMALL, curve.altitudes, interval)} />
      ))}
    </svg>
  );
}

/** Twilights as shades, the deeper the darker. */
function Shades({ night, frame, twilights }: { night: Night; frame: Frame; twilights: Twilight[] }) {
  return (
    <>
      <rect class="sky" x={frame.left} y={frame.top} width={frame.width} height={frame.height} />
      {twilights.map(({ sunAltitude, evening, morning }) => {
        const [from, to] = [evening, morning].map((instant) => across(night, frame, Date.parse(instant ?? ''))) as [
          number,
          number,
        ];
        return (
          <rect
            key={sunAltitude}
            class="shade"
            x={from}
            y={frame.top}
            width={Math.max(to - from, 0)}
            height={frame.height}
          />
        );
      })}
    </>
  );
}
