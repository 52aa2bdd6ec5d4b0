/** What a query found: its rows, a plot of them, and how to take them away. */
import { useState } from 'preact/hooks';
import { FILES } from '../parts/files';
import { save } from '../parts/save';
import { rowsSaid, say } from '../words';
import { type Axes, axesOf, Plot } from './plot';
import { Rows } from './rows';
import { file, fileAddress, type Query, type Table } from './tap';

export interface Shown {
  table: Table;
  /** The query that was asked; null where the rows are those of a job. */
  query: Query | null;
  /** The address of all rows as a VOTable; "" where none has them. */
  votable: string;
  /** The address of a job's result. */
  file?: string;
}

interface Props {
  shown: Shown;
  plotted: boolean;
  axes: Partial<Axes>;
  view(plotted: boolean, axes: Axes | null): void;
}

export function Results({ shown, plotted, axes, view }: Props) {
  const { table } = shown;
  const possible = axesOf(table, axes);
  return (
    <>
      <p class="tools">
        <strong>{rowsSaid(table.rows.length)}</strong>
        {table.cut && <span class="missing">{say('There are more: the number of rows cut them.')}</span>}
        <button type="button" aria-pressed={!plotted} onClick={() => view(false, possible)}>
          {say('Table')}
        </button>
        <button type="button" aria-pressed={plotted} disabled={!possible} onClick={() => view(true, possible)}>
          {say('Plot')}
        </button>
        <TakeAway shown={shown} />
      </p>
      {plotted && possible ? (
        <Plot table={table} axes={possible} choose={(chosen) => view(true, chosen)} />
      ) : (
        <Rows table={table} />
      )}
    </>
  );
}

function TakeAway({ shown: { query, votable, file: kept } }: { shown: Shown }) {
  const [told, tell] = useState('');
  const trouble = (error: unknown) => tell(error instanceof Error ? error.message : String(error));
  const send = async () => {
    try {
      const { sendTable } = await import('../samp');
      const loaded = await sendTable(new URL(votable, location.href).href, 'ADQL');
      tell(say('Sent to {names}', { names: loaded.join(', ') }));
    } catch (error) {
      trouble(error);
    }
  };
  return (
    <>
      <span>{say('Take it away:')}</span>
      {query
        ? Object.entries(FILES).map(([format, name]) =>
            query.upload ? (
              <button key={format} type="button" onClick={() => saved(query, format).catch(trouble)}>
                {name}
              </button>
            ) : (
              <a key={format} href={fileAddress(query, format)} download>
                {name}
              </a>
            ),
          )
        : kept && (
            <a href={kept} download>
              {say('Result of the job')}
            </a>
          )}
      {votable && (
        <button type="button" onClick={send}>
          {say('Send by SAMP')}
        </button>
      )}
      <span role="status">{told}</span>
    </>
  );
}

async function saved(query: Query, format: string): Promise<void> {
  save(await file(query, format), `result.${format === 'votable' ? 'vot' : format}`);
}
