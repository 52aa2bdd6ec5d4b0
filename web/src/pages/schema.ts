/** The table that the address names is open; without JavaScript its heading is there all the same. */
import '../schema.css';

function open(): void {
  const table = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(table instanceof HTMLDetailsElement)) return;
  table.open = true;
  table.scrollIntoView();
}

open();
addEventListener('hashchange', open);
for (const summary of document.querySelectorAll('details.table > summary')) {
  summary.addEventListener('click', () => {
    history.replaceState(null, '', `#${summary.parentElement?.id}`);
  });
}
