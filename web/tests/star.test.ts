import { expect, test } from 'vitest';
import { left } from '../src/star/embargo';
import { lightUp } from '../src/star/lit';

test('an embargo is counted down', () => {
  const now = Date.parse('2026-12-01T00:00:00Z');
  expect(left('2026-12-03T01:02:03Z', now)).toBe('public in 2 d 01:02:03, on Dec 3, 2026');
  expect(left('2026-11-03T01:02:03Z', now)).toBe('public by now: load the page again');
});

test('what is pointed at is lit wherever it is', () => {
  document.body.innerHTML = '<p data-key="a|b"></p><i data-key="a"></i><b data-key="b"></b><u data-key="c"></u>';
  lightUp(document.body);
  const lit = () => [...document.querySelectorAll('.lit')].map((one) => one.tagName);
  document.querySelector('p')?.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect(lit()).toEqual(['P', 'I', 'B']);
  document.querySelector('u')?.dispatchEvent(new Event('focusin', { bubbles: true }));
  expect(lit()).toEqual(['U']);
});
