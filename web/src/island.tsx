/** Puts what lives into a page that the server has written. */
import { type ComponentType, render } from 'preact';
import { speak } from './words';

/** Render into the element of an id, which need not be there, with the values that the server left in its `data-given`. */
export async function island<Given extends object>(id: string, Part: ComponentType<Given>): Promise<void> {
  const place = document.getElementById(id);
  if (!place) return;
  await speak();
  const given: Given = JSON.parse(place.dataset.given ?? '{}');
  place.replaceChildren();
  render(<Part {...given} />, place);
}
