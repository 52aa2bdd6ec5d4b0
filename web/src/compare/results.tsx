/** What each database has of each row of a list. */
import { useState } from 'preact/hooks';
import { dms, hms } from '../parts/angle';
import { starAddress } from '../parts/destination';
import { save } from '../parts/save';
import { count, rowsSaid, say } from '../words';
import { csv, votable } from './files';
import { type Compared, type Comparison, type Match, TABLES } from './match';

const isMatched = ({ matches }: Compared): boolean => Object.keys(matches).length > 0;

export function Results({ comparison: { rows, errors } }: { comparison: Comparison }) {
  const [alone, setAlone] = useState(false);
  const unmatched = rows.filter((row) => !isMatched(row));
  const shown = alone ? unmatched : rows;
  return (
    <section aria-labelledby="compared">
      <h2 id="compared">
        {say('{n} rows, {matched} with a match, {unmatched} without', {
          n: count(rows.length),
          matched: count(rows.length - unmatched.length),
          unmatched: count(unmatched.length),
        })}
      </h2>
      {errors.map((message) => (
        <p key={message} class="missing" role="alert">
          {message}
        </p>
      ))}
      <p class="compare-row">
        <label>
          <input type="checkbox" checked={alone} onChange={(event) => setAlone(event.currentTarget.checked)} />{' '}
          {say('Only those without a match')}
        </label>
        <Take name="comparison.csv" type="text/csv" content={() => csv(rows)} label={say('Take it as CSV')} />
        <Take
          name="comparison.vot"
          type="application/x-votable+xml"
          content={() => votable(rows)}
          label={say('Take it as VOTable')}
        />
      </p>
      <div class="wide">
        <table class="compared">
          <thead>
            <tr>
              <th scope="col">{say('In the list')}</th>
              <th scope="col">{say('Place (ICRS)')}</th>
              {TABLES.map(({ table, title }) => (
                <th key={table} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, number) => (
              <Row key={number} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row }: { row: Compared }) {
  const { label, place, problem, matches } = row;
  return (
    <tr class={isMatched(row) ? undefined : 'unmatched'}>
      <th scope="row">{label}</th>
      <td>
        {place && `${hms(place[0], 1)} ${dms(place[1])}`} {problem && <span class="missing">{problem}</span>}
      </td>
      {TABLES.map(({ table, name }) => (
        <td key={table}>
          <Found match={matches[table]} table={name} place={place} />
        </td>
      ))}
    </tr>
  );
}

function Found({ match, table, place }: { match: Match | undefined; table: string; place: Compared['place'] }) {
  if (!match || !place) return <span class="none">—</span>;
  const { name, separation, rows } = match;
  const around = new URLSearchParams({
    place: place.join(' '),
    radius: String(Math.max(separation / 3600, 1 / 3600) * 1.5),
  });
  return (
    <>
      <a href={starAddress(name)}>{name}</a> <small>{separation.toFixed(2)}″</small>
      {rows > 1 && (
        <>
          {' '}
          <a href={`/browse/${table}?${around}`}>{rowsSaid(rows)}</a>
        </>
      )}
    </>
  );
}

function Take({ name, type, content, label }: { name: string; type: string; content: () => string; label: string }) {
  return (
    <button type="button" onClick={() => save(new Blob([content()], { type }), name)}>
      {label}
    </button>
  );
}
