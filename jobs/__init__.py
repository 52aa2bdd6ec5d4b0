"""Asynchronous jobs (UWS): their records and queue in PostgreSQL, their workers, their results on disk."""
