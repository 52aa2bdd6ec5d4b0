"""DataLink: what there is about a record, and which services can be asked about it."""
