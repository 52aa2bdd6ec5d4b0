"""Work that outlives its request: job records, their queue in PostgreSQL, workers."""
