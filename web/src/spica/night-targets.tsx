/** The targets of a night: their curves, and what there is to know of each, the most urgent first. */
import { useMemo } from 'preact/hooks';
import { say } from '../words';
import { clock, nightOf } from './altitude';
import type { Night } from './night';
import { step } from './parameter';
import { AltitudePlot, colour, SmallPlot } from './plot';
import { Wide } from './wide';

type Target = Night['nodes'][number];

/** Targets that are plotted where none are chosen. */
const FIRST = 6;

export function NightTargets({ night, chosen }: { night: Night; chosen: string | null }) {
  const grid = useMemo(() => nightOf(night.grid), [night]);
  const shown = plotted(night.nodes, chosen);
  const ids = shown.map((target) => target.spicadbId);
  const toggle = (id: number) => {
    const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
    step({ show: next.length ? next.join(',') : 'none' });
  };
  return (
    <>
      <figure>
        <AltitudePlot
          night={grid}
          twilights={night.twilights}
          moon={night.grid.moon}
          lowest={night.minElevation}
          curves={shown}
        />
        <figcaption class="keys">
          {shown.map((target, place) => (
            <span key={target.spicadbId} class={`key ${colour(place)}`}>
              {target.targetMainId}
            </span>
          ))}
          <span class="key moonkey">{say('Moon')}</span>
          <small>{say('thick: it can be observed; dashed: the lowest elevation')}</small>
        </figcaption>
      </figure>
      <Wide label={say('Targets')}>
        <table class="list night">
          <thead>
            <tr>
              {[
                'Plot',
                'Priority',
                'Target',
                'Programme',
                'Mode',
                'V [mag]',
                'Done',
                'Night',
                'When (UTC)',
                'Hours',
                'Transit',
                'Highest',
                'Moon',
                'Calibrators',
                'Limited by',
              ].map((title) => (
                <th key={title} scope="col">
                  {say(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {night.nodes.map((target) => (
              <tr key={target.spicadbId}>
                <td>
                  <input
                    type="checkbox"
                    checked={ids.includes(target.spicadbId)}
                    aria-label={say('Plot {name}', { name: target.targetMainId ?? target.spicadbId })}
                    onChange={() => toggle(target.spicadbId)}
                  />
                </td>
                <td class="number">
                  <span class={`priority p${target.priorityFinal}`}>{target.priorityFinal}</span>
                </td>
                <th scope="row">
                  <a href={`/spica/targets/${target.spicadbId}`}>{target.targetMainId ?? target.spicadbId}</a>
                </th>
                <td>{[target.progname, target.progname2].filter(Boolean).join(' ')}</td>
                <td>{target.spicaMode}</td>
                <td class="number">{target.vmag?.toFixed(2)}</td>
                <td class="number">{Math.round(100 * (target.completionRate ?? 0))} %</td>
                <td>
                  <SmallPlot night={grid} twilights={night.twilights} curve={target} />
                </td>
                <td>{target.observable && `${clock(target.observableStart)}–${clock(target.observableEnd)}`}</td>
                <td class="number">{target.observableHours?.toFixed(1)}</td>
                <td>{clock(target.transit)}</td>
                <td class="number">
                  {target.highestAltitude === null ? '' : `${Math.round(target.highestAltitude)}°`}
                </td>
                <td class={target.moonNear ? 'number doubt' : 'number'}>
                  {target.moonSeparation === null ? '' : `${Math.round(target.moonSeparation)}°`}
                </td>
                <td class="limits">{calibrators(target)}</td>
                <td class="limits">
                  {target.limits
                    .map(({ reason, hours }) => `${say(LIMITS[reason ?? ''] ?? '')} ${hours?.toFixed(1)} h`)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}

const LIMITS: Record<string, string> = {
  ELEVATION: 'elevation',
  DELAY_LINES: 'delay lines',
  HORIZON: 'horizon',
  HOUR_ANGLE: 'hour angle',
  SAFE_ELEVATION: 'safe elevation',
  MOON: 'Moon',
};

function calibrators(target: Target): string {
  const names = [target.calibratorBefore, target.calibratorAfter, target.secondaryBefore, target.secondaryAfter];
  return [...new Set(names.flatMap((star) => star?.name ?? []))].join(', ');
}

/** The targets whose curves are drawn: those that are named, all, or the most urgent. */
function plotted(nodes: Target[], chosen: string | null): Target[] {
  if (chosen === 'all') return nodes;
  if (!chosen) return nodes.slice(0, FIRST);
  const ids = chosen.split(',').map(Number);
  return nodes.filter((target) => ids.includes(target.spicadbId));
}
