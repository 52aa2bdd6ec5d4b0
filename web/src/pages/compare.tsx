import { ComparePage } from '../compare/compare-page';
import { island } from '../island';
import '../compare/compare.css';

await island('compare', ComparePage);
