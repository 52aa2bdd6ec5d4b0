/** The rows that are shown, to take away: as files, to the tools on the reader's machine, or asked in another way. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask';
import { BrowsePlaceDocument } from '../documents';
import { FILES } from '../parts/files';
import type { Sendable } from '../parts/send_table';
import { say } from '../words';
import { useAnswer } from './asked';
import { centreOf, type Same, sameAs } from './same';
import { addressOf, type Fields, type State } from './state';
import type { Table } from './table';

interface AwayProps {
  table: Table;
  state: State;
  fields: Fields;
  /** Called with the address of a table that a tool has taken. */
  sent: (address: string) => void;
}

/** The address of all rows of a state, as a file of a format. */
export function awayAddress(table: Table, state: State, fields: Fields, format: string): string {
  const to = addressOf(state, fields);
  to.set('format', format);
  return `/browse/${table.name}?${to}`;
}

export function Away({ table, state, fields, sent }: AwayProps) {
  const address = (format: string) => awayAddress(table, state, fields, format);
  const votable = new URL(address('votable'), location.href).href;
  return (
    <div class="away">
      <span class="files">
        {say('Take it away:')}{' '}
        {Object.entries(FILES).map(([format, title]) => (
          <a key={format} href={address(format)} download>
            {title}
          </a>
        ))}
      </span>
      <Send address={votable} name={table.name} sent={() => sent(votable)} />
      <SameAs table={table} state={state} />
    </div>
  );
}

/** Sends the table by SAMP; what that takes is read once the page stands. */
function Send(props: Sendable) {
  const [Part, setPart] = useState<ComponentType<Sendable> | null>(null);
  useEffect(() => {
    import('../parts/send_table').then(({ SendTable }) => setPart(() => SendTable));
  }, []);
  return Part && <Part {...props} />;
}

function SameAs({ table, state }: { table: Table; state: State }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="same" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('The same as…')}</summary>
      {open && <Texts table={table} state={state} />}
    </details>
  );
}

function Texts({ table, state }: { table: Table; state: State }) {
  const { value: texts } = useAnswer(async () => {
    const named =
      state.place && !centreOf(state) ? (await ask(BrowsePlaceDocument, { name: state.place })).data?.star : null;
    const star = named && named.ra !== null && named.dec !== null ? { ra: named.ra, dec: named.dec } : null;
    return sameAs(state, table, location.origin, centreOf(state) ?? star);
  }, [JSON.stringify(state)]);
  return (
    <>
      {texts?.map((same) => (
        <Text key={same.title} {...same} />
      ))}
    </>
  );
}

function Text({ title, text }: Same) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <section>
      <h3>
        {title}{' '}
        <button type="button" class="quiet" onClick={copy} aria-label={say('Copy {what}', { what: title })}>
          {say('Copy')}
        </button>{' '}
        <span role="status">{copied && say('Copied')}</span>
      </h3>
      <pre tabIndex={0} data-same={title}>
        {text}
      </pre>
    </section>
  );
}
