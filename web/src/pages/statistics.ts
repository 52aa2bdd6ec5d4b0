import '../statistics.css';
