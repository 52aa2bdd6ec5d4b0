"""The databases: connections, rows, the watch over the sources, and what is known of them meanwhile."""
