import { island } from '../island';
import { DelegationsOf } from '../spica/delegations';
import { Followup } from '../spica/followup';
import '../spica/spica.css';

await island('followup', Followup);
await island('delegations-of', DelegationsOf);
