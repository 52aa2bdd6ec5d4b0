/** Whom a principal investigator lets write, told to nobody but whom it is about. */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SpicaDelegateDocument, type SpicaDelegateMutation } from '../documents';
import { say } from '../words';
import type { Reader } from './given';
import { Once } from './once';
import { newKey, sorted } from './saving';

type Delegation = NonNullable<SpicaDelegateMutation['updateDelegations']>['delegations'][number];

interface Given extends Reader {
  piname: string | null;
  mine: boolean;
}

export function DelegationsOf({ piname, mine, writes }: Given) {
  return mine && writes && piname ? <Delegations pi={piname} /> : null;
}

function Delegations({ pi }: { pi: string }) {
  const [known, setKnown] = useState<Delegation[] | null>(null);
  async function send(coi: string[], action: 'ADD' | 'REMOVE', catalogs: string, key: string) {
    const { data, errors } = await ask(SpicaDelegateDocument, { input: [{ pi, coi, catalogs, action }], key });
    const done = data?.updateDelegations;
    if (!done) return { row: null, faults: { '': errors[0]?.message ?? '' }, conflict: null, answered: true };
    if (!done.userErrors.length) setKnown(done.delegations);
    return { row: done.userErrors.length ? null : done, ...sorted(done.userErrors) };
  }
  useEffect(() => {
    send([], 'ADD', 'spica', newKey()).catch(() => setKnown(null));
  }, [pi]);
  if (known === null) return null;
  return (
    <section aria-labelledby="delegations">
      <h2 id="delegations">{say('Who may write for {pi}', { pi })}</h2>
      {known.length === 0 && <p>{say('Nobody else.')}</p>}
      <ul class="feed">
        {known.map(({ coi, catalogs }) => (
          <li key={`${coi} ${catalogs}`}>
            {coi} <small>{catalogs}</small>{' '}
            <button type="button" onClick={() => send([coi], 'REMOVE', catalogs, newKey())}>
              {say('no longer')}
            </button>
          </li>
        ))}
      </ul>
      <Once
        label={say('Let them write')}
        fields={[{ name: 'coi', title: say('Alias of a co-investigator') }]}
        send={({ coi = '' }, key) => send([coi], 'ADD', 'spica', key)}
        done={() => {}}
      />
    </section>
  );
}
