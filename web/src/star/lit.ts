/** What is pointed at is lit wherever it is on the page: an exposure in each plot and in the table. */

/** Between the keys of what stands for several things. */
const SEPARATOR = '|';
const LIT = 'lit';

export function lightUp(page: HTMLElement): void {
  const places = new Map<string, Element[]>();
  for (const element of page.querySelectorAll<HTMLElement | SVGElement>('[data-key]')) {
    for (const key of keysOf(element)) places.set(key, [...(places.get(key) ?? []), element]);
  }
  let lit: Element[] = [];
  const light = (event: Event) => {
    for (const element of lit) element.classList.remove(LIT);
    const pointed = (event.target as Element).closest<HTMLElement | SVGElement>('[data-key]');
    lit = pointed ? keysOf(pointed).flatMap((key) => places.get(key) ?? []) : [];
    for (const element of lit) element.classList.add(LIT);
  };
  page.addEventListener('pointerover', light);
  page.addEventListener('focusin', light);
}

const keysOf = (element: HTMLElement | SVGElement): string[] => (element.dataset.key ?? '').split(SEPARATOR);
