/** A comparison as a file: each row of the list with what each database has, what is not matched too. */
import { type Compared, TABLES } from './match';

interface Field {
  name: string;
  datatype: 'char' | 'double' | 'int';
  unit?: string;
  ucd: string;
  value: (row: Compared) => string;
}

const FIELDS: Field[] = [
  { name: 'entry', datatype: 'char', ucd: 'meta.id;meta.main', value: ({ label }) => label },
  { name: 'ra', datatype: 'double', unit: 'deg', ucd: 'pos.eq.ra;meta.main', value: ({ place }) => number(place?.[0]) },
  {
    name: 'dec',
    datatype: 'double',
    unit: 'deg',
    ucd: 'pos.eq.dec;meta.main',
    value: ({ place }) => number(place?.[1]),
  },
  { name: 'problem', datatype: 'char', ucd: 'meta.note', value: ({ problem }) => problem },
  ...TABLES.flatMap(({ table, name }): Field[] => {
    const prefix = name.replace('.', '_');
    return [
      { name: `${prefix}_name`, datatype: 'char', ucd: 'meta.id', value: ({ matches }) => matches[table]?.name ?? '' },
      {
        name: `${prefix}_separation`,
        datatype: 'double',
        unit: 'arcsec',
        ucd: 'pos.angDistance',
        value: ({ matches }) => number(matches[table]?.separation),
      },
      {
        name: `${prefix}_rows`,
        datatype: 'int',
        ucd: 'meta.number',
        value: ({ matches }) => String(matches[table]?.rows ?? 0),
      },
    ];
  }),
];

const number = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** As CSV (RFC 4180). */
export function csv(rows: readonly Compared[]): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [FIELDS.map(({ name }) => name), ...rows.map((row) => FIELDS.map(({ value }) => value(row)))];
  return lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

/** As VOTable 1.4. */
export function votable(rows: readonly Compared[]): string {
  const fields = FIELDS.map(({ name, datatype, unit, ucd }) => {
    const size = datatype === 'char' ? ' arraysize="*"' : '';
    return `<FIELD name="${name}" datatype="${datatype}"${size}${unit ? ` unit="${unit}"` : ''} ucd="${ucd}"/>`;
  });
  const lines = rows.map((row) => `<TR>${FIELDS.map(({ value }) => `<TD>${escaped(value(row))}</TD>`).join('')}</TR>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results"><TABLE name="comparison">
${fields.join('\n')}
<DATA><TABLEDATA>
${lines.join('\n')}
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
