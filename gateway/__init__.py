"""The door: the only place that knows HTTP, settings and the process."""
