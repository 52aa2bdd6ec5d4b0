import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { mend } from '../src/graphiql/accessible';
import { EXAMPLES } from '../src/graphiql/examples';
import { subscribes } from '../src/graphiql/fetcher';
import { link, opened } from '../src/graphiql/tabs';

const nothing = { getItem: () => null };

test('a link leads to what it was made of', () => {
  const at = link('{ star(name: "α") { name } }', '{"a": 1}');
  expect(at).toMatch(/^\/graphiql\?query=/);
  const shown = opened(new URL(at, 'http://host').searchParams, nothing);
  expect([shown.query, shown.variables]).toEqual(['{ star(name: "α") { name } }', '{"a": 1}']);
  expect(shown.defaultTabs).toHaveLength(EXAMPLES.length + 1);
  expect(link('  ', '{}')).toBe('/graphiql');
});

test('examples stand in the tabs until there are others', () => {
  expect(opened(new URLSearchParams(), nothing).query).toBe(EXAMPLES[0]?.query);
  expect(opened(new URLSearchParams(), { getItem: () => '{}' }).query).toBeUndefined();
});

test('subscriptions are told from queries', () => {
  const document = parse('query A { a } subscription B { b }');
  expect(subscribes(document, 'B')).toBe(true);
  expect(subscribes(document, 'A')).toBe(false);
  expect(subscribes(document, null)).toBe(false);
  expect(subscribes(undefined, null)).toBe(false);
});

test('tabs are no tabs but a list of buttons, of which one is current', () => {
  const place = document.createElement('div');
  place.innerHTML =
    '<ul class="graphiql-tabs" role="tablist"><li class="graphiql-tab graphiql-tab-active" role="tab" aria-selected="true">' +
    '<button class="graphiql-tab-button">A</button></li></ul>';
  mend(place);
  expect(place.querySelector('[role=tab]')).toBeNull();
  expect(place.querySelector('[aria-current=true]')?.textContent).toBe('A');
});
