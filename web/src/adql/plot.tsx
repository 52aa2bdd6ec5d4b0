/** A quick plot: one column of a result against another. */
import { useEffect, useRef } from 'preact/hooks';
import type { Plotted } from '../parts/scatter';
import { say } from '../words';
import { isNumber } from './rows';
import type { Table } from './tap';

export interface Axes {
  x: string;
  y: string;
  /** Whether small values are above, as of magnitudes. */
  flipped: boolean;
}

/** Axes that columns allow: those that were asked for, else the first two numbers; null where there are none. */
export function axesOf({ columns }: Pick<Table, 'columns'>, asked: Partial<Axes>): Axes | null {
  const numbers = columns.filter(isNumber).map(({ name }) => name);
  const [first, second = first] = numbers;
  if (!first || !second) return null;
  const known = (name: string | undefined, otherwise: string) => (name && numbers.includes(name) ? name : otherwise);
  return { x: known(asked.x, first), y: known(asked.y, second), flipped: asked.flipped ?? false };
}

/** The points of two columns by the first, without those that lack a value. */
export function pointsOf({ columns, rows }: Pick<Table, 'columns' | 'rows'>, { x, y }: Axes): [number[], number[]] {
  const [across, up] = [x, y].map((name) => columns.findIndex((column) => column.name === name)) as [number, number];
  const points = rows
    .map((row) => [row[across], row[up]])
    .filter((point): point is [number, number] => point.every((value) => typeof value === 'number'))
    .sort(([one], [other]) => one - other);
  return [points.map(([value]) => value), points.map(([, value]) => value)];
}

export function Plot({ table, axes, choose }: { table: Table; axes: Axes; choose(axes: Axes): void }) {
  const place = useRef<HTMLDivElement>(null);
  const numbers = table.columns.filter(isNumber);
  const title = (name: string) => {
    const unit = numbers.find((column) => column.name === name)?.unit;
    return unit ? `${name} [${unit}]` : name;
  };
  useEffect(() => {
    let drawn: Plotted | undefined;
    let left = false;
    import('../parts/scatter').then(({ scatter }) => {
      if (left || !place.current) return;
      drawn = scatter(place.current, pointsOf(table, axes), title(axes.x), title(axes.y), axes.flipped);
    });
    return () => {
      left = true;
      drawn?.destroy();
    };
  }, [table, axes.x, axes.y, axes.flipped]);
  const choice = (name: 'x' | 'y', label: string) => (
    <label>
      {label}{' '}
      <select value={axes[name]} onChange={({ currentTarget }) => choose({ ...axes, [name]: currentTarget.value })}>
        {numbers.map((column) => (
          <option key={column.name}>{column.name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <p class="tools">
        {choice('x', say('Across'))}
        {choice('y', say('Upwards'))}
        <label>
          <input
            type="checkbox"
            checked={axes.flipped}
            onChange={({ currentTarget }) => choose({ ...axes, flipped: currentTarget.checked })}
          />{' '}
          {say('small values above')}
        </label>
      </p>
      <div
        ref={place}
        class="scatter"
        role="img"
        aria-label={say('{y} against {x}; the table has the numbers', { x: title(axes.x), y: title(axes.y) })}
      />
    </>
  );
}
