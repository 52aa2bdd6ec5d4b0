/** What every page has. */
import { changed } from '../address';
import '../page.css';

// The same page in the other language: all that its address says stays.
for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-language]')) {
  link.addEventListener('click', () => {
    link.href = changed({ lang: link.dataset.language ?? '' });
  });
}

// Whoever logs in, or out, comes back to where they are.
const here = () => location.pathname + location.search;
for (const link of document.querySelectorAll<HTMLAnchorElement>('a.account')) {
  link.addEventListener('click', () => {
    link.href = `/login?next=${encodeURIComponent(here())}`;
  });
}
for (const field of document.querySelectorAll<HTMLInputElement>('form[action="/logout"] input[name=next]')) {
  field.form?.addEventListener('submit', () => {
    field.value = here();
  });
}
