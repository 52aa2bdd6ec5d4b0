/** Rows of what was sent by SAMP: one that is highlighted in a tool is gone to here, one that is opened here is highlighted there. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, say } from '../words';

interface Highlights {
  /** What is said of the row that a tool has highlighted last; '' before, and once other rows are shown. */
  told: string;
  /** To be called with the address of each table that a tool has taken. */
  sent: (address: string) => void;
  /** Tell the tools of a row, from 0: nothing happens where these rows were not sent. */
  choose: (row: number) => void;
}

/** Follow the tools in the rows of an address, of which there are `total`; `go` shows one of them, from 0. */
export function useHighlights(address: string, total: number, go: (row: number) => void): Highlights {
  const [told, tell] = useState('');
  const last = useRef('');
  const heard = (of: string, row: number) => {
    const number = count(row + 1);
    if (!isSameRows(of, address))
      return tell(say('Row {number} of what was sent is highlighted: other rows are shown now', { number }));
    if (row >= total) return tell(say('Row {number} is highlighted: it is not shown here', { number }));
    tell(say('Row {number} is highlighted', { number }));
    go(row);
  };
  const listener = useRef(heard);
  listener.current = heard;
  useEffect(() => {
    const listening = import('../samp').then(({ onHighlight }) => onHighlight((of, row) => listener.current(of, row)));
    return () => {
      listening.then((leave) => leave());
    };
  }, []);
  useEffect(() => tell(''), [rowsOf(address)]);

  const choose = async (row: number) => {
    if (!isSameRows(last.current, address)) return;
    const { highlight } = await import('../samp');
    await highlight(last.current, row).catch(() => null); // the hub has gone, and with it who would have been told
  };
  return {
    told,
    sent: (of) => {
      last.current = of;
    },
    choose,
  };
}

/** Whether two addresses have the same rows in the same order, whatever their columns and formats. */
export const isSameRows = (one: string, other: string): boolean => rowsOf(one) === rowsOf(other);

function rowsOf(address: string): string {
  const { pathname, searchParams } = new URL(address, location.href);
  for (const name of ['columns', 'format']) searchParams.delete(name);
  searchParams.sort();
  return `${pathname}?${searchParams}`;
}
