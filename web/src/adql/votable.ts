/** A VOTable (1.4, TABLEDATA) as a job leaves it, read for people to look at. */
import { type Cell, Refused, sentence, type Table } from './tap';

const NUMBERS = /^(short|int|long|float|double|unsignedByte)$/;

export function votableOf(text: string): Table {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  const all = (name: string, of: Document | Element = document) => [...of.getElementsByTagName(name)];
  const status = all('INFO').filter((info) => info.getAttribute('name') === 'QUERY_STATUS');
  if (status.some((info) => info.getAttribute('value') === 'ERROR')) throw new Refused(sentence(text));
  const columns = all('FIELD').map((field) => ({
    name: field.getAttribute('name') ?? '',
    description: all('DESCRIPTION', field)[0]?.textContent ?? null,
    unit: field.getAttribute('unit'),
    ucd: field.getAttribute('ucd'),
    datatype: field.hasAttribute('arraysize') ? 'char' : (field.getAttribute('datatype') ?? 'char'),
  }));
  const numbers = columns.map(({ datatype }) => NUMBERS.test(datatype));
  const cell = (value: string, number: boolean | undefined): Cell =>
    value === '' ? null : number ? Number(value) : value;
  const rows = all('TR').map((row) => all('TD', row).map((one, at) => cell(one.textContent ?? '', numbers[at])));
  return { columns, rows, cut: status.some((info) => info.getAttribute('value') === 'OVERFLOW') };
}
