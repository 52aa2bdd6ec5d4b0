/** What is asked of a night; each change is a step in the address. */
import { say } from '../words';
import type { Given } from './night';
import { dateOf, later, list } from './night-parameters';
import { step } from './parameter';

const STATIONS = ['E1', 'W2', 'W1', 'S2', 'S1', 'E2'];

export function NightForm({ given, parameters }: { given: Given; parameters: URLSearchParams }) {
  const date = dateOf({ evening: given.evening, parameters });
  const text = (name: string) => parameters.get(name) ?? '';
  const turn = (days: number) => step({ date: later(date, days) });
  return (
    <form class="filters" aria-label={say('What is asked')} onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>{say('Evening')}</legend>
        <button type="button" aria-label={say('The night before')} onClick={() => turn(-1)}>
          ‹
        </button>
        <input
          type="date"
          aria-label={say('Date of the evening')}
          value={date}
          onChange={(event) => event.currentTarget.value && step({ date: event.currentTarget.value })}
        />
        <button type="button" aria-label={say('The night after')} onClick={() => turn(1)}>
          ›
        </button>
      </fieldset>
      <Several title={say('Modes')} name="modes" options={Object.keys(given.modes)} parameters={parameters} />
      <Several title={say('Programmes')} name="programmes" options={given.programmes} parameters={parameters} />
      <Several title={say('Priorities')} name="priorities" options={['1', '2', '3', '4']} parameters={parameters} />
      <Several title={say('Telescopes')} name="stations" options={STATIONS} parameters={parameters} />
      <label>
        PoPs{' '}
        <input
          size={6}
          value={text('pops')}
          placeholder={say('best')}
          onChange={(event) => step({ pops: event.currentTarget.value })}
        />
      </label>
      <label>
        {say('Lowest elevation')}{' '}
        <input
          size={3}
          inputMode="decimal"
          value={text('min_elevation')}
          placeholder="30"
          onChange={(event) => step({ min_elevation: event.currentTarget.value })}
        />{' '}
        °
      </label>
      <label>
        <input
          type="checkbox"
          checked={text('observable') === 'false'}
          onChange={(event) => step({ observable: event.currentTarget.checked ? 'false' : null })}
        />{' '}
        {say('also those that cannot be observed')}
      </label>
    </form>
  );
}

interface Props {
  title: string;
  name: string;
  options: string[];
  parameters: URLSearchParams;
}

/** Some of a few values; none of them chosen is all. */
function Several({ title, name, options, parameters }: Props) {
  const chosen = list(parameters.get(name));
  const toggle = (option: string) =>
    options.filter((one) => (one === option ? !chosen.includes(one) : chosen.includes(one))).join(',');
  return (
    <fieldset>
      <legend>{title}</legend>
      {options.map((option) => (
        <label key={option} class="tick">
          <input type="checkbox" checked={chosen.includes(option)} onChange={() => step({ [name]: toggle(option) })} />{' '}
          {option}
        </label>
      ))}
    </fieldset>
  );
}
