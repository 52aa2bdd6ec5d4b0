/** How long files are not public yet, counted down as one looks. */
import { language, say } from '../words';

const DAY = 86_400;
/** Milliseconds between two looks at the clock. */
const PERIOD = 1000;

export function countDown(): void {
  const places = [...document.querySelectorAll<HTMLElement>('[data-until]')];
  const tick = () => {
    for (const place of places) place.textContent = left(place.dataset.until ?? '', Date.now());
  };
  if (!places.length) return;
  tick();
  setInterval(tick, PERIOD);
}

/** What is left until a moment (ISO 8601) at another (ms since 1970): days, and on the last ones the time too. */
export function left(until: string, now: number): string {
  const end = new Date(until);
  const seconds = Math.ceil((end.getTime() - now) / 1000);
  if (seconds <= 0) return say('public by now: load the page again');
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(end);
  const days = Math.floor(seconds / DAY);
  const time = new Date((seconds % DAY) * 1000).toISOString().slice(11, 19);
  return say('public in {days} d {time}, on {day}', { days, time, day });
}
