/** The buttons that send the tables of a star. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { SendTable } from '../parts/send_table';
import { offer, show } from './sent_rows';

interface Given {
  address: string;
  name: string;
  table: HTMLElement;
}

function SendRows({ address, name, table }: Given) {
  const [told, tell] = useState('');
  useEffect(() => show(table, address, tell), [table, address]);
  return (
    <>
      <SendTable address={address} name={name} sent={() => offer(table, address)} />
      <span role="status">{told}</span>
    </>
  );
}

/** Put a button into each place that says by `data-send` and `data-name` what it sends, and by `data-rows` whose rows these are. */
export function buttons(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-send]')) {
    const { send: address = '', name = '', rows = '' } = place.dataset;
    const table = document.getElementById(rows);
    if (table) render(<SendRows address={address} name={name} table={table} />, place);
  }
}
