"""DataLink 1.1: links of a record to files, logs, stars and services."""
