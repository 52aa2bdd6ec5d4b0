import '../adql/adql.css';
import { Workbench } from '../adql/workbench';
import { island } from '../island';

await island('adql', Workbench);
