/** The page looks again every five seconds while it is seen; what is open stays open. */
import '../health.css';
import { asked, tell } from '../address';

const EVERY = 5000;
/** Milliseconds after which nothing will come. */
const PATIENCE = 4000;
const PARTS = ['verdict', 'seen', 'state'];

const box = document.querySelector<HTMLInputElement>('#refreshing input');
const lost = document.getElementById('lost');

async function look(): Promise<void> {
  const answer = await fetch(location.href, {
    headers: { Accept: 'text/html' },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const id of PARTS) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh) continue;
    const open = [...old.querySelectorAll('details')].map((one) => one.open);
    fresh.querySelectorAll('details').forEach((one, at) => {
      one.open = open[at] ?? false;
    });
    if (old.innerHTML === fresh.innerHTML) continue;
    old.className = fresh.className;
    old.replaceChildren(...fresh.childNodes);
  }
}

async function refresh(): Promise<void> {
  if (!box?.checked || document.hidden) return;
  const known = await look().then(
    () => true,
    () => false,
  );
  if (lost) lost.hidden = known;
}

if (box) {
  box.checked = asked().get('refresh') !== '0';
  document.getElementById('refreshing')?.removeAttribute('hidden');
  box.addEventListener('change', () => {
    tell({ refresh: box.checked ? null : '0' });
    refresh();
  });
  document.addEventListener('visibilitychange', refresh);
  setInterval(refresh, EVERY);
}
