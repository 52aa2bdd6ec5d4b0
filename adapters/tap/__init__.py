"""TAP 1.1: parameters to a query of ADQL, and its rows to a document, for `/tap/sync` and for jobs."""
