import { describe, expect, it } from 'vitest';
import { across, altitudeAt, hours, nightOf, path, pathWithin, up } from '../src/spica/altitude';
import { changed } from '../src/spica/fields';
import { concerns } from '../src/spica/followup';
import { type Field, owns, typed, unfit } from '../src/spica/given';
import { later, list, machineAddress, variables } from '../src/spica/night-parameters';
import { sorted } from '../src/spica/saving';

const FRAME = { left: 10, top: 0, width: 100, height: 90 };
const NIGHT = nightOf({ start: '2026-12-02T00:30:00Z', every: 10, sun: [0, -1, -2, -3, -4, -5] });
const asked = (query: string) => ({ evening: '2026-12-01', parameters: new URLSearchParams(query) });
const field = (name: string, kind: string): Field => ({
  name,
  kind,
  column: name,
  title: name,
  unit: '',
  admin: false,
  choices: null,
  bounds: null,
  group: '',
});

describe('the plot of a night', () => {
  it('has times across and altitudes up', () => {
    expect(across(NIGHT, FRAME, Date.parse('2026-12-02T00:55:00Z'))).toBe(60);
    expect([0, 45, 90].map((altitude) => up(FRAME, altitude))).toEqual([90, 45, 0]);
    expect(hours(NIGHT).map((hour) => new Date(hour).toISOString().slice(11, 16))).toEqual(['01:00']);
  });
  it('is broken below the horizon', () => {
    expect(path(NIGHT, FRAME, [-1, 10, 20, -5, 30, 40])).toBe('M30.00 80.00L50.00 70.00M90.00 60.00L110.00 50.00');
  });
  it('is thick from the instant on at which a target can be observed', () => {
    const interval = { start: '2026-12-02T00:35:00Z', end: '2026-12-02T00:55:00Z' };
    expect(altitudeAt(NIGHT, [0, 10, 20, 30, 40, 50], Date.parse(interval.start))).toBe(5);
    expect(pathWithin(NIGHT, FRAME, [0, 10, 20, 30, 40, 50], interval)).toBe(
      'M20.00 85.00L30.00 80.00L50.00 70.00L60.00 65.00',
    );
  });
});

describe('what is asked of a night', () => {
  it('is in the address, as machines ask it', () => {
    expect(variables(asked('modes=DIA,DLD&priorities=1+2&min_elevation=25&observable=false'))).toEqual({
      date: '2026-12-01',
      modes: ['DIA', 'DLD'],
      programmes: null,
      priorities: [1, 2],
      stations: null,
      pops: null,
      minElevation: 25,
      minHourAngle: null,
      maxHourAngle: null,
      observable: false,
    });
    expect(machineAddress(asked('date=2027-01-02&modes=DIA&show=8'), 'asprox')).toBe(
      '/night?DATE=2027-01-02&MODES=DIA&FORMAT=asprox',
    );
  });
  it('turns to other evenings', () => {
    expect([later('2026-12-31', 1), later('2026-03-01', -1), later('soon', 1)]).toEqual([
      '2027-01-01',
      '2026-02-28',
      'soon',
    ]);
    expect(list(' S01, S02 ')).toEqual(['S01', 'S02']);
  });
});

describe('a form', () => {
  const fields = [field('vmag', 'Float'), field('spt', 'String'), field('model', 'JSON')];
  it('sends what has changed', () => {
    const row = { vmag: 4.5, spt: 'B9V', model: { a: 1 } };
    expect(changed(fields, row, { vmag: '4.5', spt: 'B8V', model: '{"a": 1}' })).toEqual({ spt: 'B8V' });
    expect(changed(fields, row, { vmag: ' ', spt: 'B9V' })).toEqual({ vmag: null });
  });
  it('sends what cannot be a value as it was typed', () => {
    expect(typed({ kind: 'Float' }, '4,25')).toBe(4.25);
    expect(typed({ kind: 'Int' }, 'many')).toBe('many');
    expect(typed({ kind: 'JSON' }, '{"a"')).toBe('{"a"');
  });
  it('tells of all its fields at once what is wanted instead of what was typed', () => {
    const place = { ...field('ra', 'Float'), bounds: [0, 360] as [number, number] };
    const wrong = unfit([...fields, place, field('nobs', 'Int')], {
      vmag: 'abc',
      ra: 400,
      nobs: 1.5,
      spt: 'B',
      model: 'x',
    });
    expect(wrong).toEqual({
      vmag: 'a number is wanted',
      ra: 'a number from 0 to 360 is wanted',
      nobs: 'a whole number is wanted',
    });
    expect(unfit([...fields, place], { vmag: null, ra: 12.5 })).toEqual({});
  });
  it('tells what is wrong at its field, and a conflict apart', () => {
    const told = sorted([
      { field: ['input', 'ra'], code: 'BAD_INPUT', message: 'ra is 400' },
      { field: ['input'], code: 'CONFLICT', message: 'changed', wanted: { ra: 1 }, current: { version: 2 } },
    ]);
    expect(told.faults).toEqual({ ra: 'ra is 400', '': 'changed' });
    expect(told.conflict).toEqual({ wanted: { ra: 1 }, current: { version: 2 } });
  });
});

describe('a reader', () => {
  const reader = { login: 'pi', names: ['PI S05'], admin: false, writes: true };
  it('owns what names them', () => {
    expect(['PI S05', 'Other / pi s05', 'PI S0', null].map((name) => owns(reader, name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(owns({ ...reader, writes: false }, 'PI S05')).toBe(false);
    expect(owns({ ...reader, admin: true }, null)).toBe(true);
  });
  it('follows what concerns a programme', () => {
    const target = { spicadbId: 8, targetMainId: null, programs: { nodes: [{ progname: 'S05' }] } };
    expect(concerns({ run: { progname: 'S06' }, entry: null, target }, 'S05')).toBe(false);
    expect(concerns({ run: null, entry: null, target }, 'S05')).toBe(true);
  });
});
