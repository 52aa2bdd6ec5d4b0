import { island } from '../island';
import '../spica/spica.css';
import { TargetPage } from '../spica/target';

await island('target', TargetPage);
