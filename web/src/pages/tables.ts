import '../browse/tables.css';
