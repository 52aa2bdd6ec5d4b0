/** Of a plot in two forms the one that the address says: both are in the page. */
import { asked, follow, tell } from '../address';

export function choices(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-choice]')];
  const first = new Map(
    links.filter((link) => link.ariaCurrent).map((link) => [link.dataset.choice, link.dataset.value]),
  );
  const show = () => {
    const chosen = (parameter = '') => asked().get(parameter) ?? first.get(parameter);
    for (const link of links) {
      link.ariaCurrent = link.dataset.value === chosen(link.dataset.choice) ? 'true' : null;
    }
    for (const figure of document.querySelectorAll<HTMLElement>('[data-of]')) {
      figure.hidden = figure.dataset.value !== chosen(figure.dataset.of);
    }
  };
  for (const link of links) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      tell({ [link.dataset.choice ?? '']: link.dataset.value ?? null }, { step: true });
      show();
    });
  }
  follow(show);
}
