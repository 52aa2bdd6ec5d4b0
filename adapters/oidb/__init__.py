"""OiDB's search page, by its query strings."""
