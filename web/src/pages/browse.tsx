import '../browse/browse.css';
import { Browse } from '../browse/browse';
import { island } from '../island';

await island('browse', Browse);
