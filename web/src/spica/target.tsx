/** A target of the survey: what it is, how programmes want it, its runs and its history. */
import { useState } from 'preact/hooks';
import { type Answer, ask } from '../ask';
import { SaveSpicaTargetDocument, SpicaTargetDocument, type SpicaTargetQuery } from '../documents';
import { say } from '../words';
import { Entries } from './entries';
import { Fields } from './fields';
import { type Field, owns, type Reader, type Row } from './given';
import { History } from './history';
import { useParameter } from './parameter';
import { Runs } from './runs';
import { save } from './saving';
import { Was } from './was';

export interface Given extends Reader {
  id: string;
  answer: Answer<SpicaTargetQuery>;
  fields: Field[];
  entryFields: Field[];
  statuses: string[];
  quality: Record<string, string>;
}

export type Target = NonNullable<SpicaTargetQuery['spicaTarget']>;

export function TargetPage(given: Given) {
  const [target, setTarget] = useState(given.answer.data?.spicaTarget ?? null);
  const [errors, setErrors] = useState(given.answer.errors ?? []);
  const [changes, setChanges] = useState(0);
  const at = useParameter('at');
  if (!target) return <Errors errors={errors} />;
  const entries = target.programs?.nodes ?? [];
  const mine = entries.some((entry) => owns(given, entry.piname));
  const may = (field: Field) => mine && (given.admin || !field.admin);
  async function reload() {
    const answer = await ask(SpicaTargetDocument, { id: given.id });
    setErrors(answer.errors);
    if (answer.data?.spicaTarget) setTarget(answer.data.spicaTarget);
    setChanges((count) => count + 1);
  }
  return (
    <>
      <Errors errors={errors} />
      <p class="facts">
        <span>SPICADB-ID {target.spicadbId}</span>
        {target.star && (
          <a href={`/star/${encodeURIComponent(target.star.name ?? '')}`}>
            {say('All that is known of {name}', { name: target.star.name ?? '' })}
          </a>
        )}
        {target.completionRate !== null && (
          <span class="done">
            <progress max={1} value={target.completionRate} aria-label={say('Completion')} />{' '}
            {Math.round(100 * target.completionRate)} %
          </span>
        )}
        {target.priorityFinal !== null && <span>{say('priority {n}', { n: target.priorityFinal })}</span>}
        {target.rowState !== 'active' && <strong class="missing">{say(target.rowState)}</strong>}
        <span>
          {mine ? say('yours to change') : given.login ? say('not yours to change') : say('log in to change it')}
        </span>
      </p>
      <h2>{say('What it is')}</h2>
      <Fields
        fields={given.fields}
        row={target as Row & Target}
        may={may}
        label={say('What it is')}
        write={(values, version, key) =>
          save(SaveSpicaTargetDocument, { spicadbId: target.spicadbId, version, ...values }, key) as never
        }
        saved={(row) => {
          setTarget({ ...target, ...row });
          setChanges((count) => count + 1);
        }}
      />
      <Entries given={given} target={target} entries={entries} reload={reload} />
      <Runs given={given} target={target} entries={entries} reload={reload} />
      <Was id={given.id} fields={given.fields} now={target as Row} at={at} />
      <History id={given.id} changes={changes} />
    </>
  );
}

export function Errors({ errors }: { errors: { message: string }[] }) {
  return (
    <>
      {[...new Set(errors.map(({ message }) => message))].map((message) => (
        <p key={message} class="missing" role="status">
          {message}
        </p>
      ))}
    </>
  );
}
