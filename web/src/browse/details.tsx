/** A row with all that its table has of it, and what it leads to. */
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../words';
import { useAnswer } from './asked';
import { cellOf, textOf } from './format';
import type { Source } from './source';
import { type Column, type Row, valueAt } from './table';

interface DetailsProps {
  source: Source;
  column: Column;
  value: string;
  close: () => void;
}

export function Details({ source, column, value, close }: DetailsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { value: row, failure, waiting } = useAnswer(() => source.row(column, value), [value]);
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby="row-title" onClose={close}>
      <form method="dialog">
        <h2 id="row-title">{row ? titleOf(row, source.table.columns, value) : value}</h2>
        {waiting && <p class="hint">{say('Reading…')}</p>}
        {failure && <p class="missing">{failure}</p>}
        {!waiting && !failure && !row && <p class="missing">{say('There is no such row')}</p>}
        {row && <Told row={row} columns={source.table.columns} />}
        <p>
          <button type="submit">{say('Close')}</button>
        </p>
      </form>
    </dialog>
  );
}

function Told({ row, columns }: { row: Row; columns: Column[] }) {
  const known = columns.filter((column) => valueAt(row, column.path) !== null);
  return (
    <>
      <ul class="links">
        {linksOf(row, columns).map(({ address, text }) => (
          <li key={address}>
            <a href={address}>{text}</a>
          </li>
        ))}
      </ul>
      <div>
        <table>
          <tbody>
            {known.map((column) => {
              const { text, link, hint } = cellOf(row, column);
              return (
                <tr key={column.field}>
                  <th scope="row" title={column.ucd ?? ''}>
                    {column.name}
                  </th>
                  <td>
                    {link ? <a href={link}>{text}</a> : text} <span class="unit">{column.unit}</span>{' '}
                    {hint !== text && <span class="hint">{hint}</span>}
                  </td>
                  <td class="hint">{column.description}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="hint">{say('{n} columns have no value', { n: columns.length - known.length })}</p>
    </>
  );
}

/** Columns that say what a row is of, by which there is a page of it. */
const NAMED = ['targetName', 'targetMainId', 'name', 'identifier'];

function titleOf(row: Row, columns: Column[], value: string): string {
  const named = columns.find(({ field, ucd }) => field === 'name' || (ucd ?? '').includes('meta.main'));
  return (named && textOf(valueAt(row, named.path))) || value;
}

interface Link {
  address: string;
  text: string;
}

/** What a row leads to: the page of its star, the links of its identifier, its file. */
export function linksOf(row: Row, columns: Column[]): Link[] {
  const has = (field: string) =>
    columns.some((column) => column.field === field) && typeof row[field] === 'string' && row[field];
  const placed = columns.some(({ ucd }) => (ucd ?? '').startsWith('pos.eq.ra'));
  const name = (placed || has('identifier')) && NAMED.map(has).find(Boolean);
  const did = has('obsPublisherDid');
  const exposure = has('expId');
  const file = has('accessUrl');
  const encoded = encodeURIComponent;
  return [
    ...(name
      ? [
          {
            address: `/star/${encoded(String(name))}`,
            text: say('All that is known of {name}', { name: String(name) }),
          },
        ]
      : []),
    ...(exposure ? [{ address: `/detail/exposure/${encoded(String(exposure))}`, text: say('The exposure') }] : []),
    ...(did
      ? [{ address: `/datalink/links?ID=${encoded(String(did))}`, text: say('Files and services of it (DataLink)') }]
      : []),
    ...(file ? [{ address: String(file), text: say('The file') }] : []),
  ];
}
