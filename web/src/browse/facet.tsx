/** A condition on one column, chosen by what is there. */
import { useState } from 'preact/hooks';
import { say } from '../words';
import { RangeFacet } from './range';
import type { Source } from './source';
import type { State } from './state';
import { type Column, kindOf } from './table';
import { TextFacet } from './text';
import { ValuesFacet } from './values';

export interface FacetProps {
  column: Column;
  source: Source;
  state: State;
  change: (text: string) => void;
}

const PARTS = { range: RangeFacet, values: ValuesFacet, text: TextFacet, presence: TextFacet };

export function Facet({ opened, ...props }: FacetProps & { opened: boolean }) {
  const { column, state, change } = props;
  const [open, setOpen] = useState(opened);
  const text = state.conditions[column.field];
  const Part = PARTS[kindOf(column)];
  return (
    <details class="facet" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary title={column.description}>
        {column.name}
        {column.unit && <span class="unit"> {column.unit}</span>}
        {text && <span class="chosen"> {text}</span>}
      </summary>
      {open && <Part {...props} />}
      {open && text && (
        <button type="button" class="quiet" onClick={() => change('')}>
          {say('No condition on {name}', { name: column.name })}
        </button>
      )}
    </details>
  );
}
