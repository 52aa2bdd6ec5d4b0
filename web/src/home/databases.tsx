/** The databases: whether each answers, and what is in it. */
import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask } from '../ask';
import { HomeDocument, type HomeQuery } from '../documents';
import { watched } from '../parts/watched';
import { say } from '../words';
import { dates, moment, type Told, told } from './figures';

type Source = NonNullable<HomeQuery['sources']>[number];
/** Seconds between looks. */
const PERIOD = 15;

export function Databases({ answer }: { answer: Answer<HomeQuery> }) {
  const [{ data }, setAnswer] = useState(answer);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    const look = () =>
      ask(HomeDocument, {}).then(
        (told) => {
          setAnswer(told);
          setFailure('');
        },
        (error: Error) => setFailure(error.message),
      );
    return watched(look, PERIOD);
  }, []);
  const sources = data?.sources ?? [];
  const down = sources.filter(({ up }) => !up);
  return (
    <>
      <p class={down.length || failure ? 'missing' : 'calm'} role="status">
        {failure ? say(failure) : summary(down, sources.length)}
      </p>
      <div class="cards">
        {sources.map((source) => (
          <Card key={source.name} source={source} figures={data?.statistics ?? []} />
        ))}
      </div>
    </>
  );
}

function summary(down: Source[], size: number): string {
  if (!down.length) return say('All {n} databases answer.', { n: size });
  const names = down.map(({ title }) => title).join(', ');
  return say('{names}: no answer at the moment. Everything else is here.', { names });
}

function Card({ source, figures }: { source: Source; figures: NonNullable<HomeQuery['statistics']> }) {
  const { name, title, description, up, since } = source;
  const [first, ...others] = told(name, figures);
  return (
    <section class="card" aria-labelledby={`database-${name}`}>
      <h3 id={`database-${name}`}>{title}</h3>
      <p class={up ? 'state' : 'state missing'} title={moment(since)}>
        {up ? say('answers') : say('No answer since {moment}', { moment: moment(since) })}
      </p>
      <p class="about">{say(description)}</p>
      {first && (
        <p class="headline">
          <b>{first.number}</b> <Words told={first} />
        </p>
      )}
      <ul class="figures">
        {others.map((each) => (
          <li key={each.words}>
            <b>{each.number}</b> <Words told={each} />
          </li>
        ))}
      </ul>
      <p class="dates">
        {dates(name, figures).map((line) => (
          <span key={line}>{line}</span>
        ))}
      </p>
    </section>
  );
}

const Words = ({ told: { words, address } }: { told: Told }) =>
  address ? <a href={address}>{words}</a> : <span>{words}</span>;
