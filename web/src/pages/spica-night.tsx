import { island } from '../island';
import { NightPage } from '../spica/night';
import '../spica/spica.css';

await island('night', NightPage);
