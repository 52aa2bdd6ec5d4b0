import '../statistics.css';
import '../doubts.css';
