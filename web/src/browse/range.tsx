/** A range of a column, chosen on the histogram of its values: by its two ends, or written. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, rowsSaid, say } from '../words';
import { useAnswer } from './asked';
import { binsBy, type Histogram, histogramOf, isCoarse, rangeOf, stopsOf } from './bins';
import { boundsOf } from './conditions';
import type { FacetProps } from './facet';
import { chosen } from './state';
import { type Column, isTime } from './table';
import { Written } from './text';

const HEIGHT = 46;
/** Milliseconds after which an end that is not moved any more is where it is to be. */
const STILL = 250;

export function RangeFacet({ column, source, state, change }: FacetProps) {
  const text = state.conditions[column.field] ?? '';
  const asked = JSON.stringify(chosen(state, source.table, column.field));
  const {
    value: histogram,
    failure,
    waiting,
  } = useAnswer(
    async (signal) => {
      const read = async (by: object) => histogramOf(column, await source.bins(column, by, state, signal));
      const found = await read(binsBy(column));
      return isCoarse(column, found) ? read(binsBy(column, found.counts.length)) : found;
    },
    [asked],
  );
  if (failure) return <p class="missing">{failure}</p>;
  const hint = isTime(column) ? say('as 2024-05, or 2023..2024') : say('as 5, or 3..5');
  return (
    <div class={waiting ? 'waiting' : ''}>
      {histogram ? (
        <Slider column={column} histogram={histogram} text={text} change={change} />
      ) : (
        <div class="histogram" />
      )}
      <Written label={column.name} text={text} hint={hint} change={change} />
    </div>
  );
}

interface SliderProps {
  column: Column;
  histogram: Histogram;
  text: string;
  change: (text: string) => void;
}

function Slider({ column, histogram, text, change }: SliderProps) {
  const { counts, stops, without } = histogram;
  const bounds = boundsOf(text);
  const [ends, setEnds] = useState<[number, number]>([0, counts.length]);
  const moving = useRef(0);
  useEffect(() => {
    if (!moving.current) setEnds(stopsOf(histogram, bounds ?? ['', '']));
  }, [histogram, text]);
  if (counts.length < 2) return <p class="hint">{say('{n} rows, of one value', { n: count(counts[0] ?? 0) })}</p>;
  const [from, to] = ends;
  const move = (end: 0 | 1, at: number) => {
    const next: [number, number] = end === 0 ? [Math.min(at, to - 1), to] : [from, Math.max(at, from + 1)];
    setEnds(next);
    clearTimeout(moving.current);
    moving.current = window.setTimeout(() => {
      moving.current = 0;
      change(rangeOf(histogram, ...next));
    }, STILL);
  };
  const input = (end: 0 | 1, label: string) => (
    <input
      type="range"
      min={0}
      max={counts.length}
      step={1}
      value={ends[end]}
      aria-label={label}
      aria-valuetext={stops[ends[end]] ?? ''}
      onInput={(event) => move(end, Number(event.currentTarget.value))}
    />
  );
  const chosenRows = counts.slice(from, to).reduce((sum, rows) => sum + rows, 0);
  const [low, high] = stopsOf(histogram, bounds ?? ['', '']);
  const written = bounds && text && low === from && high === to ? bounds : ['', ''];
  const exact = !written.some(Boolean) || rangeOf(histogram, from, to) === text;
  return (
    <>
      <div class="slider">
        <Bars
          counts={counts}
          from={from}
          to={to}
          label={say('Histogram of {name}', { name: column.name })}
          stops={stops}
        />
        {input(0, say('{name} from', { name: column.name }))}
        {input(1, say('{name} to', { name: column.name }))}
      </div>
      <p class="hint ends">
        <span>{written[0] || stops[from]}</span>
        <span>{exact && rowsSaid(chosenRows)}</span>
        <span>{written[1] || stops[to]}</span>
      </p>
      {without > 0 && <p class="hint">{say('{n} without a value', { n: count(without) })}</p>}
    </>
  );
}

interface BarsProps {
  counts: number[];
  from: number;
  to: number;
  label: string;
  stops: string[];
}

function Bars({ counts, from, to, label, stops }: BarsProps) {
  const highest = Math.max(...counts, 1);
  return (
    <svg
      class="histogram"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {counts.map((rows, at) => {
        const height = rows ? Math.max(1, (rows / highest) * HEIGHT) : 0;
        return (
          <rect
            key={stops[at]}
            data-rows={rows}
            class={at >= from && at < to ? 'in' : 'out'}
            x={at + 0.05}
            width={0.9}
            y={HEIGHT - height}
            height={height}
          >
            <title>{`${stops[at]} … ${stops[at + 1]}: ${count(rows)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
