import { island } from '../island';
import { ImportPage } from '../spica/import';
import '../spica/spica.css';

await island('import', ImportPage);
