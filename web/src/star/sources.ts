/** Databases that stop to answer while the page is looked at are named; what one could not tell is read again until it does. */
import { ask } from '../ask';
import { SourcesDocument } from '../documents';
import { watched } from '../parts/watched';
import { say } from '../words';

/** Seconds between looks. */
const PERIOD = 15;

/** Look again and again; `lives` is called once other parts stand in the page. */
export function watchSources(lives: () => void): void {
  watched(async () => {
    tell(await silence());
    if (document.querySelector('[data-partial]')) await readAgain(lives).catch(() => null); // at the next look
  }, PERIOD);
}

/** Who does not answer, in words; '' where all do. */
async function silence(): Promise<string> {
  try {
    const { data } = await ask(SourcesDocument, {});
    const names = (data?.sources ?? []).filter(({ up }) => !up).map(({ title }) => title);
    return names.length
      ? say('{names}: no answer at the moment. What is here of it was read before.', { names: names.join(', ') })
      : '';
  } catch (error) {
    return say((error as Error).message);
  }
}

function tell(text: string): void {
  const place = document.getElementById('silent');
  if (place && place.textContent !== text) place.textContent = text;
}

/** Put the page as it is now in the place of what was told in parts; where one has scrolled to stays. */
async function readAgain(lives: () => void): Promise<void> {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
  const old = document.querySelector('main');
  if (!answer.ok || !old || !fresh) return;
  const focused = old.contains(document.activeElement);
  const text = document.getElementById('silent')?.textContent ?? '';
  old.replaceWith(document.adoptNode(fresh));
  tell(text);
  if (focused) fresh.focus({ preventScroll: true });
  lives();
}
