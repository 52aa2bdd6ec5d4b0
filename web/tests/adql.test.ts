import { expect, test } from 'vitest';
import { nameOf } from '../src/adql/asking';
import { namespace, tablesOf } from '../src/adql/completion';
import { forget, remember, remembered } from '../src/adql/own';
import { placeOf } from '../src/adql/places';
import { axesOf, pointsOf } from '../src/adql/plot';
import { read, written } from '../src/adql/state';
import { fileAddress, sentence } from '../src/adql/tap';
import { jobOf, seconds } from '../src/adql/uws';
import { votableOf } from '../src/adql/votable';

const column = (name: string, datatype: string) => ({ name, datatype, unit: null, ucd: null, description: null });

test('an error leads to its word', () => {
  const query = 'SELECT a,\n  bb FROM t';
  expect(placeOf('line 2, column 3: there is no column bb', query)).toEqual({ from: 12, to: 14 });
  expect(placeOf('line 1, column 99: more was expected', 'SELECT')).toEqual({ from: 5, to: 6 });
  expect(placeOf('line 9, column 1: x', query)).toBeNull();
  expect(placeOf('something else', query)).toBeNull();
});

test('tables of a query are found', () => {
  expect(tablesOf('SELECT * FROM jsdc.star AS s JOIN crossid.target t ON 1 = 1, oidb.granule')).toEqual([
    'jsdc.star',
    'crossid.target',
    'oidb.granule',
  ]);
});

test('a column is proposed with its unit and what it is', () => {
  const columns = [{ name: 'LDD', unit: 'mas', ucd: 'phys.angSize', description: 'Diameter', datatype: 'float' }];
  expect(namespace([{ name: 'jsdc.star', description: 'A star', columns }])).toMatchObject({
    jsdc: { star: { children: [{ label: 'LDD', detail: 'mas', info: 'Diameter\njsdc.star · [mas] · phys.angSize' }] } },
  });
});

test('axes are numbers, and points have both', () => {
  const columns = [column('name', 'char'), column('x', 'float'), column('y', 'int')];
  const axes = axesOf({ columns }, { y: 'y', x: 'name' });
  expect(axes).toEqual({ x: 'x', y: 'y', flipped: false });
  const rows = [
    ['a', 2, 1],
    ['b', null, 2],
    ['c', 1, 3],
  ];
  expect(axes && pointsOf({ columns, rows }, axes)).toEqual([
    [1, 2],
    [3, 1],
  ]);
  expect(axesOf({ columns: columns.slice(0, 1) }, {})).toBeNull();
});

test('the address keeps the state', () => {
  const state = read(new URLSearchParams('query=SELECT+1&maxrec=5&view=plot&x=a&y=b&flip=1'));
  const again = new URLSearchParams(Object.entries(written(state)).filter((one): one is [string, string] => !!one[1]));
  expect(read(again)).toEqual(state);
  expect(read(new URLSearchParams('maxrec=x&view=no'))).toMatchObject({ maxrec: 2000, view: '' });
});

test('a file has an address', () => {
  expect(fileAddress({ text: 'SELECT 1', maxrec: null, upload: null }, 'csv')).toBe(
    '/tap/sync?LANG=ADQL&QUERY=SELECT+1&FORMAT=csv',
  );
});

test('errors are read out of documents', () => {
  expect(sentence('<VOTABLE><INFO name="QUERY_STATUS" value="ERROR">so &lt; it is</INFO></VOTABLE>')).toBe(
    'so < it is',
  );
  expect(sentence('{"errors":[{"message":"no"}]}')).toBe('no');
  expect(sentence('plain')).toBe('plain');
});

const JOB = `<uws:job xmlns:uws="u"><uws:jobId>abc</uws:jobId><uws:phase>COMPLETED</uws:phase>
<uws:creationTime>2026-01-01T00:00:00Z</uws:creationTime><uws:startTime>2026-01-01T00:00:01Z</uws:startTime>
<uws:endTime>2026-01-01T00:00:03.5Z</uws:endTime><uws:parameters><uws:parameter id="QUERY">SELECT 1</uws:parameter></uws:parameters>
<uws:results><uws:result id="result" size="12"/></uws:results></uws:job>`;

test('a job is read', () => {
  const job = jobOf(JOB);
  expect(job).toMatchObject({
    id: 'abc',
    phase: 'COMPLETED',
    query: 'SELECT 1',
    format: 'votable',
    size: 12,
    error: '',
  });
  expect(seconds(job, 0)).toBe(2.5);
  expect(seconds({ ...job, started: '' }, 0)).toBeNull();
});

test('a VOTable is read', () => {
  const table = votableOf(`<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="OK"/><TABLE>
<FIELD name="a" datatype="float" unit="mag"><DESCRIPTION>what</DESCRIPTION></FIELD><FIELD name="b" datatype="char" arraysize="*"/>
<DATA><TABLEDATA><TR><TD>1.5</TD><TD>x</TD></TR><TR><TD/><TD/></TR></TABLEDATA></DATA></TABLE>
<INFO name="QUERY_STATUS" value="OVERFLOW"/></RESOURCE></VOTABLE>`);
  expect(table.rows).toEqual([
    [1.5, 'x'],
    [null, null],
  ]);
  expect(table.columns[0]).toMatchObject({ name: 'a', unit: 'mag', description: 'what' });
  expect(table.cut).toBe(true);
});

test('jobs are remembered, the newest first, and forgotten', () => {
  localStorage.clear();
  remember('a');
  remember('b');
  remember('a');
  expect(remembered()).toEqual(['a', 'b']);
  forget('a');
  expect(remembered()).toEqual(['b']);
  localStorage.setItem('jmmc-jobs', '{');
  expect(remembered()).toEqual([]);
});

test('a file gives a name that ADQL takes', () => {
  expect(nameOf('my list.vot')).toBe('my_list');
  expect(nameOf('2024-stars.xml')).toBe('t_2024_stars');
});
