/** How programmes want a target: one form each, a line for remarks, and another programme to share it with. */
import { useState } from 'preact/hooks';
import { AddSpicaCommentDocument, SaveSpicaEntryDocument } from '../documents';
import { say } from '../words';
import { Fields } from './fields';
import { type Field, owns, type Row } from './given';
import { Once } from './once';
import { save } from './saving';
import type { Given, Target } from './target';

export type Entry = NonNullable<Target['programs']>['nodes'][number];
/** What is said when an entry is made. */
const MADE = ['programRank', 'piname'];

interface Props {
  given: Given;
  target: Target;
  entries: Entry[];
  reload: () => void;
}

export function Entries({ given, target, entries, reload }: Props) {
  const fields = given.entryFields.filter(({ name }) => !MADE.includes(name));
  const first = entries.find((entry) => entry.programRank === 1);
  const ranks = entries.map((entry) => entry.programRank);
  const shareable = owns(given, first?.piname) && !(ranks.includes(1) && ranks.includes(2));
  return (
    <>
      <h2>{say('How programmes want it')}</h2>
      {entries.map((entry) => (
        <EntryForm key={entry.targetProgramId} given={given} fields={fields} entry={entry} reload={reload} />
      ))}
      {shareable && <Share target={target} reload={reload} />}
    </>
  );
}

function EntryForm({
  given,
  fields,
  entry,
  reload,
}: {
  given: Given;
  fields: Field[];
  entry: Entry;
  reload: () => void;
}) {
  const mine = owns(given, entry.piname);
  const row = { spicadbId: entry.spicadbId, progname: entry.progname };
  return (
    <section class="entry" aria-label={entry.progname}>
      <h3>
        <a href={`/spica/programs/${encodeURIComponent(entry.progname)}`}>{entry.progname}</a>{' '}
        <small>
          {entry.piname} · {entry.programRank === 1 ? say('owns the target') : say('shares it')}
        </small>
      </h3>
      <Fields
        fields={fields}
        row={entry as Row & Entry}
        may={(field) => mine && (given.admin || !field.admin)}
        label={entry.progname}
        write={(values, version, key) => save(SaveSpicaEntryDocument, { ...row, version, ...values }, key) as never}
        saved={reload}
      />
      {mine && (
        <Once
          label={say('Add a line to the remarks')}
          fields={[{ name: 'comments', title: say('A line more') }]}
          send={(values, key) => save(AddSpicaCommentDocument, { ...row, comments: values.comments ?? '' }, key)}
          done={reload}
        />
      )}
    </section>
  );
}

function Share({ target, reload }: { target: Target; reload: () => void }) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <p>
        <button type="button" onClick={() => setOpen(true)}>
          {say('Share it with a second programme')}
        </button>
      </p>
    );
  }
  return (
    <Once
      label={say('Share it')}
      fields={[
        { name: 'progname', title: say('Programme') },
        { name: 'piname', title: say('Its principal investigator') },
      ]}
      send={(values, key) =>
        save(
          SaveSpicaEntryDocument,
          { spicadbId: target.spicadbId, progname: values.progname ?? '', piname: values.piname ?? null },
          key,
        )
      }
      done={reload}
    />
  );
}
