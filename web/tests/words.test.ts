import { expect, test } from 'vitest';
import { changed } from '../src/address';
import { say } from '../src/words';

test('a sentence has its values', () => {
  expect(say('{n} stars of {name}', { n: 3, name: 'JSDC' })).toBe('3 stars of JSDC');
  expect(say('{n} stars')).toBe('{n} stars');
});

test('an address keeps what is not changed', () => {
  expect(changed({ lang: 'fr', where: null }, new URLSearchParams('where=x&first=3'))).toMatch(/\?first=3&lang=fr$/);
});
