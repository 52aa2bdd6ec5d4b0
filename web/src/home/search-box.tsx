/** One box for a name, a place, an exposure or a programme: a combobox (WAI-ARIA 1.2) with suggestions as one types. */
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ask } from '../ask';
import { SearchDocument } from '../documents';
import { say } from '../words';
import { around, type Suggestion, suggested } from './suggestions';

/** Milliseconds after the last key, and how many suggestions. */
const PAUSE = 120;
const MOST = 10;

interface Offered {
  suggestions: Suggestion[];
  status: string;
}
const NOTHING: Offered = { suggestions: [], status: '' };

export function SearchBox({ text: first = '' }: { text?: string }) {
  const id = useId();
  const [text, setText] = useState(first);
  const [offered, setOffered] = useState(NOTHING);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  useOffers(text, setOffered);

  const { suggestions, status } = offered;
  const shown = open && suggestions.length > 0;
  const key = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    const next = moved(event.key, active, suggestions.length);
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter' && shown && active >= 0) location.assign(suggestions[active]?.address ?? '');
    else if (next === null) return;
    else {
      setOpen(true);
      setActive(next);
    }
    event.preventDefault();
  };
  return (
    <search>
      <form class="finder" action="/find">
        <label for={id}>{say('A name, a place, an exposure or a programme')}</label>
        <div class="finder-row">
          <input
            id={id}
            name="text"
            type="search"
            required
            autocomplete="off"
            spellcheck={false}
            maxLength={100}
            placeholder="eps Gem · 06 43 55.9 +25 07 52 · S01"
            value={text}
            // biome-ignore lint/a11y/noRedundantRoles: it has no list of the browser's, which would make it one
            role="combobox"
            list={undefined}
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={`${id}-list`}
            aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setActive(-1);
              setOpen(true);
            }}
            onKeyDown={key}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
          />
          <button type="submit">{say('Find')}</button>
        </div>
        <div
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-label={say('Suggestions')}
          class="offers"
          hidden={!shown}
        >
          {suggestions.map(({ label, about, address }, number) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a combobox are those of its input
            <div
              key={address}
              id={`${id}-${number}`}
              role="option"
              tabIndex={-1}
              aria-selected={number === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => location.assign(address)}
            >
              <b>{label}</b> <small>{about}</small>
            </div>
          ))}
        </div>
        <p class="finder-status" role="status">
          {open ? status : ''}
        </p>
      </form>
    </search>
  );
}

/** Which suggestion a key leads to; -1 for the text itself, null for a key that leads nowhere. */
function moved(key: string, active: number, size: number): number | null {
  if (size === 0) return null;
  if (key === 'ArrowDown') return active + 1 < size ? active + 1 : -1;
  if (key === 'ArrowUp') return active < 0 ? size - 1 : active - 1;
  return null;
}

function useOffers(text: string, offer: (offered: Offered) => void) {
  const asking = useRef<AbortController | null>(null);
  useEffect(() => {
    asking.current?.abort();
    const wanted = text.trim();
    if (!wanted) return offer(NOTHING);
    const places = around(wanted);
    if (places.length) return offer({ suggestions: places, status: told(places.length, []) });
    const controller = new AbortController();
    asking.current = controller;
    const timer = setTimeout(async () => {
      try {
        const { data, errors } = await ask(SearchDocument, { text: wanted, first: MOST }, controller.signal);
        const suggestions = (data?.search?.nodes ?? []).map(suggested);
        offer({ suggestions, status: told(suggestions.length, [...new Set(errors.map(({ message }) => message))]) });
      } catch (error) {
        if (!controller.signal.aborted) offer({ suggestions: [], status: String((error as Error).message) });
      }
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, offer]);
}

const told = (size: number, errors: string[]): string =>
  [size ? say('{n} suggestions', { n: size }) : say('Nothing is called so'), ...errors].join('. ');
