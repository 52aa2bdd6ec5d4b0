"""OiDB's search page as its query strings ask it."""
