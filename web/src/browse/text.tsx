/** A condition that is written: a text or a pattern, a number or a range. */
import { say } from '../words';
import type { FacetProps } from './facet';
import { kindOf } from './table';

export function TextFacet({ column, state, change }: FacetProps) {
  const text = state.conditions[column.field] ?? '';
  if (kindOf(column) === 'presence') {
    return (
      <p class="field">
        <select aria-label={column.name} value={text} onChange={(event) => change(event.currentTarget.value)}>
          <option value="">{say('with or without a value')}</option>
          <option value="!null">{say('with a value')}</option>
          <option value="null">{say('without a value')}</option>
        </select>
      </p>
    );
  }
  const pattern = column.type === 'String' ? say('as HD%, or a|b') : say('as 5, or 3..5');
  return <Written label={column.name} text={text} hint={pattern} change={change} />;
}

interface WrittenProps {
  label: string;
  text: string;
  hint: string;
  change: (text: string) => void;
}

/** A line that is taken when it is left, or by Enter. */
export function Written({ label, text, hint, change }: WrittenProps) {
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        change(event.currentTarget.querySelector('input')?.value.trim() ?? '');
      }}
    >
      <input key={text} aria-label={label} placeholder={hint} defaultValue={text} />
      <button type="submit">{say('Set')}</button>
    </form>
  );
}
