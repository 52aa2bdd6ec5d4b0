/** What is said to people, in their language: English is written where it is said, French looked up by it. */

const modules = import.meta.glob<Record<string, string>>('../../adapters/page/french/*.json', { import: 'default' });
let french: Record<string, string> = {};

export const language = document.documentElement.lang === 'fr' ? 'fr' : 'en';

/** Read the words of the page's language: to be awaited before anything is said. */
export async function speak(): Promise<void> {
  if (language !== 'fr') return;
  const read = await Promise.all(Object.values(modules).map((load) => load()));
  french = Object.assign({}, ...read);
}

/** A sentence; `{name}` in it stands for a value. */
export function say(text: string, values: Record<string, string | number> = {}): string {
  return (french[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

const numbers = new Intl.NumberFormat(language);
/** A whole number with its thousands apart. */
export const count = (value: number): string => numbers.format(value);
/** So many rows. */
export const rowsSaid = (number: number): string =>
  number === 1 ? say('1 row') : say('{n} rows', { n: count(number) });
