"""UWS 1.1: what is known of a job, as its documents say it."""
