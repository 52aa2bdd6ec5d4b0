import { island } from '../island';
import { SkyPage } from '../sky/sky-page';
import '../sky/sky.css';

await island('sky-page', SkyPage);
