"""UWS 1.1 documents of jobs."""
