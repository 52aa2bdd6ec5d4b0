/** What scripts add to the page of a star, which the server has written. */
import { choices } from '../star/choices';
import { countDown } from '../star/embargo';
import { lightUp } from '../star/lit';
import { buttons } from '../star/send';
import { speak } from '../words';
import '../star/star.css';

choices();
lightUp(document.body);
await speak();
countDown();
buttons();
