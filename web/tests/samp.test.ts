import { expect, test } from 'vitest';
import { ascii } from '../src/samp';

test('SAMP takes ASCII alone', () => {
  expect(ascii('HD 48329 — JMMC gateway')).toBe('HD 48329 - JMMC gateway');
  expect(ascii('Étoile η Car')).toBe('Etoile ? Car');
});
