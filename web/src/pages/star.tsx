/** What scripts add to the page of a star, which the server has written. */
import { choices } from '../star/choices';
import { countDown } from '../star/embargo';
import { lightUp } from '../star/lit';
import { buttons } from '../star/send';
import { watchSources } from '../star/sources';
import { speak } from '../words';
import '../star/star.css';

function plots(): void {
  const page = document.querySelector('main');
  choices();
  if (page) lightUp(page);
}

function words(): void {
  countDown();
  buttons();
}

plots();
await speak();
words();
watchSources(() => {
  plots();
  words();
});
