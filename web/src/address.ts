/** The state of a page is in its address: read, and changed without loading the page again. */

export type Parameters = Record<string, string | null>;

export const asked = (): URLSearchParams => new URLSearchParams(location.search);

/** The address with some parameters changed; null or "" leaves one out. */
export function changed(parameters: Parameters, from: URLSearchParams = asked()): string {
  const to = new URLSearchParams(from);
  for (const [name, value] of Object.entries(parameters)) {
    if (value) to.set(name, value);
    else to.delete(name);
  }
  const text = to.toString();
  return location.pathname + (text ? `?${text}` : '');
}

/** Say the state in the address: as a step back from which the reader comes here again, or in place of the last one. */
export function tell(parameters: Parameters, { step = false } = {}): void {
  const to = changed(parameters);
  if (to === location.pathname + location.search) return;
  if (step) history.pushState(null, '', to);
  else history.replaceState(null, '', to);
}

/** Call when the reader goes back or forward. */
export function follow(moved: () => void): () => void {
  addEventListener('popstate', moved);
  return () => removeEventListener('popstate', moved);
}
