"""How others speak: documents in, documents out; no HTTP, no SQL driver."""
